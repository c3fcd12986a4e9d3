/** The official Node SDK, pointed at a server under test. @module */

import { createRequire } from 'node:module'
import { CLOUD, FULL_KEY } from './running-server.js'

// biome-ignore lint/suspicious/noExplicitAny: the SDK's own types follow its hosted service
type Anything = any

/** The SDK's parts, and an upload of bytes in memory. */
export interface Sdk {
  readonly uploader: Anything
  readonly api: Anything
  /** `upload_stream` as a promise: bytes under the file name `file`. */
  upload(bytes: Uint8Array, options?: Record<string, unknown>): Promise<Anything>
}

/** Load it, with the key that may do everything. A process has one: it reads its settings once. */
export function loadSdk(address: string): Sdk {
  // A plain-http server is reached only through this variable, read when the package is loaded.
  process.env.CLOUDINARY_URL = `cloudinary://${FULL_KEY.id}:${FULL_KEY.secret}@${CLOUD}?upload_prefix=${address}`
  const { uploader, api } = createRequire(import.meta.url)('cloudinary').v2
  return {
    uploader,
    api,
    upload: (bytes, options = {}) =>
      new Promise((resolve, reject) => {
        uploader
          .upload_stream(options, (error: unknown, result: unknown) =>
            error ? reject(error) : resolve(result),
          )
          .end(bytes)
      }),
  }
}

/** Take the settings away again. */
export function unloadSdk(): void {
  delete process.env.CLOUDINARY_URL
}
