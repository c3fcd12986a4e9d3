/**
 * Signs and verifies requests, answers, notifications and webhooks, and explains wrong signatures.
 * @module
 */

export { digestHex, hmacSha256 } from '#digest'
export type { DigestAlgorithm } from '../digest/algorithm.js'
export { fromBase64, toBase64, toBase64Url } from '../digest/base64.js'
export { timingSafeEqual, timingSafeEqualText } from '../digest/timing-safe-equal.js'
export {
  isPlaceholder,
  isSameSecret,
  MIN_SECRET_CHARACTERS,
  SHORT_SECRET_CHARACTERS,
  secretLength,
} from './check-secret.js'
export {
  type ExplainedMismatch,
  type ExplainMismatchOptions,
  explainMismatch,
  type MismatchKey,
} from './explain-mismatch.js'
export type { MismatchCause } from './mismatch.js'
export { type SignNotificationOptions, signNotification } from './sign-notification.js'
export { apiSignRequest, recognizedParams, type SignRequestOptions } from './sign-request.js'
export {
  type SignResponseOptions,
  signResponse,
  type VerifiedSignature,
  type VerifyResponseOptions,
  verifyResponse,
} from './sign-response.js'
export {
  type SignWebhookOptions,
  signWebhook,
  type VerifiedWebhook,
  type VerifyWebhookOptions,
  verifyWebhook,
  WEBHOOK_TOLERANCE_SECONDS,
} from './sign-webhook.js'
export { type SignatureVersion, type StringToSignOptions, stringToSign } from './string-to-sign.js'
export {
  MAX_NOTIFICATION_AGE_SECONDS,
  type VerifiedNotification,
  type VerifyNotificationOptions,
  verifyNotification,
} from './verify-notification.js'
export { type VerifiedRequest, type VerifyRequestOptions, verifyRequest } from './verify-request.js'
export {
  MAX_CLOCK_AHEAD_SECONDS,
  MAX_SIGNATURE_AGE_SECONDS,
  type VerifiedTimestamp,
  type VerifyTimestampOptions,
  verifyTimestamp,
} from './verify-timestamp.js'
