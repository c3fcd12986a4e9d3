/** Keys and upload presets. @module */

import type { Limits } from '@countersign/protocol/limits'
import type { Scope } from '@countersign/protocol/params'

/** Settings of a preset: upload parameters under their wire names, typed as the Admin API answers them. */
export type PresetSettings = Readonly<Record<string, unknown>>

/** A named, server-side set of upload parameters and limits. */
export interface Preset {
  readonly cloud: string
  readonly name: string
  readonly isUnsigned: boolean
  readonly disallowPublicId: boolean
  readonly settings: PresetSettings
  /** Countersign's own limits. Absent if the preset sets none, as when an SDK created it. */
  readonly limits?: Limits
}

/** An API key with its scopes. */
export interface Key {
  readonly cloud: string
  /** Key id. Generated ids have 15 digits. */
  readonly id: string
  readonly secret: string
  readonly scopes: readonly Scope[]
  /** Name of the preset that limits this key. Upload keys without one use `default`. */
  readonly preset?: string
  readonly state: 'active' | 'verify-only' | 'revoked'
}
