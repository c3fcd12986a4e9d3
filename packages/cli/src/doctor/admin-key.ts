/** Finds the full key with which the doctor reads the Admin API. @module */

import type { Answer } from './ask.js'
import type { Subject } from './subject.js'

/** A key that may use the Admin API. */
export interface AdminKey {
  readonly id: string
  readonly secret: string
}

/** Returns the key that was given to the command, else the one of `CLOUDINARY_URL`, else the full key of `countersign dev` for the same cloud. */
export function adminKey({ options, settings, dev, cloud }: Subject): AdminKey | undefined {
  return (
    options.admin ??
    settings.keys.find(({ from }) => from === 'CLOUDINARY_URL') ??
    (dev?.cloudName === cloud ? dev?.fullKey : undefined)
  )
}

/** Asks the media server for something below the app's cloud. `undefined` where there is no server or no cloud. */
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
