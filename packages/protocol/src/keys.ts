/** Parses the environment variables that hold API keys: `COUNTERSIGN_KEYS` and `CLOUDINARY_URL`. @module */

import { SCOPES, type Scope } from './params.js'

/** An API key as a variable holds it. */
export interface WrittenKey {
  readonly id: string
  readonly secret: string
  readonly scopes: readonly Scope[]
  /** Preset whose limits the key has. */
  readonly preset?: string
}

/** Why an entry of `COUNTERSIGN_KEYS` is not a key. Contains no secret. */
export interface KeyEntryProblem {
  /** Id of the entry, empty if it has none. */
  readonly id: string
  /** The first scope that does not exist, or `undefined` if the entry has another form. */
  readonly unknownScope?: string
}

/** One entry of `COUNTERSIGN_KEYS`. */
export type KeyEntry =
  | { readonly ok: true; readonly key: WrittenKey }
  | { readonly ok: false; readonly problem: KeyEntryProblem }

/** Returns whether a value is the name of a scope. */
export function isScope(word: unknown): word is Scope {
  return (SCOPES as readonly unknown[]).includes(word)
}

/** Parses a list of keys, `id:scope+scope:secret[:preset]`, separated by commas. Skips empty entries. */
export function parseKeyList(text: string): readonly KeyEntry[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map(parseEntry)
}

function parseEntry(entry: string): KeyEntry {
  // A secret with a colon would be cut at the colon, and the short rest could be guessed. So more members are an error.
  const [id = '', scopeList, secret, preset, ...rest] = entry.split(':')
  if (!id || !scopeList || !secret || rest.length > 0) return { ok: false, problem: { id } }
  const scopes = scopeList.split('+')
  if (scopes.every(isScope))
    return { ok: true, key: { id, secret, scopes, ...(preset ? { preset } : {}) } }
  const unknownScope = scopes.find((scope) => !isScope(scope)) ?? ''
  return { ok: false, problem: { id, unknownScope } }
}

/** The account that `CLOUDINARY_URL` names. */
export interface CloudinaryAccount {
  readonly cloud: string
  readonly id: string
  readonly secret: string
}

/** Parses `cloudinary://<api_key>:<api_secret>@<cloud_name>`. Decodes percent escapes. Returns `null` for any other text. */
export function parseCloudinaryUrl(text: string): CloudinaryAccount | null {
  const [, id, secret, cloud] = /^cloudinary:\/\/([^:@/]+):([^:@/]+)@([^?/]+)/.exec(text) ?? []
  if (!id || !secret || !cloud) return null
  try {
    return { cloud, id: decodeURIComponent(id), secret: decodeURIComponent(secret) }
  } catch {
    return null
  }
}
