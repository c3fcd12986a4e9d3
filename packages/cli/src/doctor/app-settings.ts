/** Clouds, keys and addresses that the `.env` files of an app name. @module */

import type { EnvFiles } from './env-files.js'

/** A key whose secret the files hold. */
export interface AppKey {
  readonly id: string
  /** Tried, never printed. */
  readonly secret: string
  /** The variable that holds the secret. */
  readonly from: string
  /** The key's ceiling, where `COUNTERSIGN_KEYS` says so. */
  readonly preset?: string
}

/** What the files say of the protocol's settings. */
export interface AppSettings {
  /** Every name of a cloud, with the variable that names it. */
  readonly clouds: readonly { readonly name: string; readonly from: string }[]
  /** The key that pages are built with. */
  readonly pageKeyId: string | undefined
  readonly keys: readonly AppKey[]
  /** Address of the media server. */
  readonly serverUrl: string | undefined
  /** Variables whose value is not of their form. */
  readonly malformed: readonly string[]
  /** Every secret, by the variable that holds it. */
  readonly secrets: readonly { readonly from: string; readonly value: string }[]
}

/** Read the settings from the files. */
export function readAppSettings(env: EnvFiles): AppSettings {
  const value = (name: string): string | undefined => clean(env.find(name)?.value)
  const url = parseCloudinaryUrl(value('CLOUDINARY_URL'))
  const listed = parseKeys(value('COUNTERSIGN_KEYS'))
  const pageKeyId = value('NEXT_PUBLIC_CLOUDINARY_API_KEY')
  const secret = value('CLOUDINARY_API_SECRET')
  const id = value('CLOUDINARY_API_KEY') ?? pageKeyId
  const keys: AppKey[] = [
    ...(secret && id ? [{ id, secret, from: 'CLOUDINARY_API_SECRET' }] : []),
    ...listed.keys,
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
      ...(listed.isWhole ? [] : ['COUNTERSIGN_KEYS']),
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

/** The key that signs what compatible clients send: the page's, else the first. */
export function browserKey({ keys, pageKeyId }: AppSettings): AppKey | undefined {
  return keys.find(({ id }) => id === pageKeyId) ?? keys[0]
}

/** A text without the blanks and quotes that an environment file may leave around it. */
export function clean(text: string | undefined): string | undefined {
  return text?.replace(/^[\s"'`“”‘’]+|[\s"'`“”‘’]+$/g, '') || undefined
}

function parseCloudinaryUrl(
  text: string | undefined,
): { id: string; secret: string; cloud: string } | undefined {
  const [, id, secret, cloud] =
    /^cloudinary:\/\/([^:@/]+):([^:@/]+)@([^?/]+)/.exec(text ?? '') ?? []
  return id && secret && cloud ? { id, secret: decoded(secret), cloud } : undefined
}

function parseKeys(text: string | undefined): { keys: AppKey[]; isWhole: boolean } {
  const entries = (text ?? '').split(',').filter((entry) => entry.trim() !== '')
  const keys = entries.flatMap((entry) => {
    const [id, scopes, secret, preset] = entry.trim().split(':')
    if (!id || !scopes || !secret) return []
    return [{ id, secret, from: 'COUNTERSIGN_KEYS', ...(preset ? { preset } : {}) }]
  })
  return { keys, isWhole: keys.length === entries.length }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
