/** Who may do what, and within which ceiling. @module */

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
  /** Ours; `undefined` where the preset sets none (an SDK made it). */
  readonly limits?: Limits
}

/** A key: who may do what. */
export interface Key {
  readonly cloud: string
  /** 15 digits where we made it. */
  readonly id: string
  readonly secret: string
  readonly scopes: readonly Scope[]
  /** Name of the preset that is its ceiling; an upload key without one has `default`. */
  readonly preset?: string
  readonly state: 'active' | 'verify-only' | 'revoked'
}
