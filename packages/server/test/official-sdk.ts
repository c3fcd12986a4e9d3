/** Loads the official Node SDK with the address of a server under test. @module */

import { createRequire } from 'node:module'
import { CLOUD, FULL_KEY } from './running-server.js'

// The SDK accepts an http server only through this variable, which it reads when it is loaded.
const VARIABLE = 'CLOUDINARY_URL'

/** Loads a fresh copy of the SDK's version 2 interface, with the full key. */
// biome-ignore lint/suspicious/noExplicitAny: the SDK's own types follow its hosted service
export function loadOfficialSdk(address: string): any {
  process.env[VARIABLE] =
    `cloudinary://${FULL_KEY.id}:${FULL_KEY.secret}@${CLOUD}?upload_prefix=${address}`
  const require = createRequire(import.meta.url)
  for (const path of Object.keys(require.cache)) {
    if (/[\\/]node_modules[\\/]cloudinary[\\/]/.test(path)) delete require.cache[path]
  }
  try {
    return require('cloudinary').v2
  } finally {
    delete process.env[VARIABLE]
  }
}

/** Uploads bytes through `upload_stream`, with the file name `file`. */
export function uploadBytes(
  // biome-ignore lint/suspicious/noExplicitAny: as above
  sdk: any,
  bytes: Uint8Array,
  options: Record<string, unknown> = {},
  // biome-ignore lint/suspicious/noExplicitAny: as above
): Promise<any> {
  return new Promise((resolve, reject) => {
    sdk.uploader
      .upload_stream(options, (error: unknown, result: unknown) =>
        error ? reject(error) : resolve(result),
      )
      .end(bytes)
  })
}
