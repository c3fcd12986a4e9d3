/** Reads clouds, keys and addresses from the variables of an app. @module */

import { parseCloudinaryUrl, parseKeyList } from '@countersign/protocol/keys'
import type { EnvFiles } from './env-files.js'

/** A key with a secret, from the variables. */
export interface AppKey {
  readonly id: string
  /** Secret of the key. Used to sign, and never printed. */
  readonly secret: string
  /** Name of the variable that holds the secret. */
  readonly from: string
  /** Preset that limits the key, if `COUNTERSIGN_KEYS` names one. */
  readonly preset?: string
}

/** Settings from the variables of an app. */
export interface AppSettings {
  /** All cloud names, each with the variable that contains it. */
  readonly clouds: readonly { readonly name: string; readonly from: string }[]
  /** Key id that pages are built with. */
  readonly pageKeyId: string | undefined
  readonly keys: readonly AppKey[]
  /** Address of the media server. */
  readonly serverUrl: string | undefined
  /** Names of variables with a malformed value. */
  readonly malformed: readonly string[]
  /** All secrets, each with the variable that contains it. */
  readonly secrets: readonly { readonly from: string; readonly value: string }[]
}

/** Reads the settings from the variables. */
export function readAppSettings(env: EnvFiles): AppSettings {
  const value = (name: string): string | undefined => clean(env.find(name)?.value)
  const url = parseCloudinaryUrl(value('CLOUDINARY_URL') ?? '')
  const listed = parseKeyList(value('COUNTERSIGN_KEYS') ?? '')
  const pageKeyId = value('NEXT_PUBLIC_CLOUDINARY_API_KEY')
  const secret = value('CLOUDINARY_API_SECRET')
  const id = value('CLOUDINARY_API_KEY') ?? pageKeyId
  const keys: AppKey[] = [
    ...(secret && id ? [{ id, secret, from: 'CLOUDINARY_API_SECRET' }] : []),
    ...listed.flatMap((entry) => (entry.ok ? [{ ...entry.key, from: 'COUNTERSIGN_KEYS' }] : [])),
    ...(url ? [{ id: url.id, secret: url.secret, from: 'CLOUDINARY_URL' }] : []),
  ]
  const webhook = value('COUNTERSIGN_WEBHOOK_SECRET')
  return {
    clouds: [
      ...['NEXT_PUBLIC_CLOUDINARY_CLOUD_NAME', 'CLOUDINARY_CLOUD_NAME'].flatMap((from) => {
        const name = value(from)
        return name ? [{ name, from }] : []
      }),
      ...(url ? [{ name: url.cloud, from: 'CLOUDINARY_URL' }] : []),
    ],
    pageKeyId,
    keys,
    serverUrl: value('NEXT_PUBLIC_COUNTERSIGN_URL') ?? value('COUNTERSIGN_URL'),
    malformed: [
      ...(value('CLOUDINARY_URL') && !url ? ['CLOUDINARY_URL'] : []),
      ...(listed.every(({ ok }) => ok) ? [] : ['COUNTERSIGN_KEYS']),
    ],
    secrets: [
      ...(secret ? [{ from: 'CLOUDINARY_API_SECRET', value: secret }] : []),
      ...keys
        .filter(({ from }) => from !== 'CLOUDINARY_API_SECRET')
        .map((key) => ({ from: key.from, value: key.secret })),
      ...(webhook ? [{ from: 'COUNTERSIGN_WEBHOOK_SECRET', value: webhook }] : []),
    ],
  }
}

/**
 * Returns the key that signs the requests of compatible clients: the key of the pages, or else the
 * first key.
 */
export function browserKey({ keys, pageKeyId }: AppSettings): AppKey | undefined {
  return keys.find(({ id }) => id === pageKeyId) ?? keys[0]
}

/** Returns a text without surrounding blanks and quotes, which an environment file may contain. */
export function clean(text: string | undefined): string | undefined {
  return text?.replace(/^[\s"'`“”‘’]+|[\s"'`“”‘’]+$/g, '') || undefined
}
