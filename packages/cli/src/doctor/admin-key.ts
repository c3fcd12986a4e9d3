/** Finds the full key with which the doctor calls the Admin API. @module */

import type { Answer } from './ask.js'
import type { Subject } from './subject.js'

/** A key that can use the Admin API. */
export interface AdminKey {
  readonly id: string
  readonly secret: string
}

/**
 * Returns the key from the command's variables, or else from `CLOUDINARY_URL`, or else the full key
 * of `countersign dev` for the same cloud.
 */
export function adminKey({ options, settings, dev, cloud }: Subject): AdminKey | undefined {
  return (
    options.admin ??
    settings.keys.find(({ from }) => from === 'CLOUDINARY_URL') ??
    (dev?.cloudName === cloud ? dev?.fullKey : undefined)
  )
}

/**
 * Sends a request to the Admin API of the app's cloud. Returns `undefined` if no server or no cloud
 * is known.
 */
export async function askAdmin(
  { ask, serverUrl, cloud }: Subject,
  { id, secret }: AdminKey,
  path: string,
): Promise<Answer | undefined> {
  if (!serverUrl || cloud === undefined) return undefined
  const credentials = Buffer.from(`${id}:${secret}`).toString('base64')
  return ask(new URL(`/v1_1/${encodeURIComponent(cloud)}/${path}`, serverUrl), {
    headers: { authorization: `Basic ${credentials}` },
  })
}
