/** Key, secrets and addresses that every runtime's endpoint is configured with. @module */

/** The cloud that the endpoint signs for. */
export const CLOUD_NAME = 'demo'
/** Address of the media server; no runtime calls it. */
export const MEDIA_URL = 'https://media.example'
/** Id of the signing key. */
export const API_KEY = '123456789012345'
/** Secret of the signing key: no answer may contain it. */
export const API_SECRET = 'runtime-suite-signing-secret-0123456789'
/** Secret of notifications: no answer may contain it. */
export const WEBHOOK_SECRET = 'runtime-suite-webhook-secret-0123456789'
