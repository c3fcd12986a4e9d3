/** Who may know a stored asset. Delivery and the answers of the API use this one rule. @module */

import type { AccessRule, Asset, AssetExtra } from '../catalog/asset.js'

/** How somebody asks for an asset. */
export interface Viewer {
  /** Whether the delivery URL carries a valid signature. */
  readonly isSigned: boolean
}

/** The part of an asset that decides who may see it. */
export type Restrictions = Pick<Asset, 'deliveryType' | 'extra'>

/**
 * Judges the access rules and the moderation of an asset. The delivery type is judged apart, by {@link needsSignature}.
 *
 * @param now Unix milliseconds.
 * @returns `visible` if one rule passes or there is none, `denied` if every rule fails, and `hidden` for a rejected asset, which nobody sees.
 */
export function visibilityOf(
  { extra }: Pick<Restrictions, 'extra'>,
  { isSigned }: Viewer,
  now: number,
): 'visible' | 'denied' | 'hidden' {
  if (extra.moderation?.status === 'rejected') return 'hidden'
  const rules = rulesOf(extra)
  const isOpen = (rule: AccessRule): boolean =>
    rule.accessType === 'token' ? isSigned : isWithin(rule, now)
  return rules.length === 0 || rules.some(isOpen) ? 'visible' : 'denied'
}

/** Returns whether a delivery type asks for a signed URL: `authenticated` always, `private` for the original. */
export function needsSignature(
  deliveryType: string,
  { isOriginal }: { readonly isOriginal: boolean },
): boolean {
  return deliveryType === 'authenticated' || (deliveryType === 'private' && isOriginal)
}

/**
 * Returns whether delivery shows the original of an asset to anybody, without a signature. A caller who may not manage assets may know such
 * an asset and no other.
 *
 * @param now Unix milliseconds.
 */
export function isPublic(asset: Restrictions, now: number): boolean {
  if (needsSignature(asset.deliveryType, { isOriginal: true })) return false
  return visibilityOf(asset, { isSigned: false }, now) === 'visible'
}

/** Returns whether an asset has any restriction, so that no shared cache may keep it. */
export function isRestricted({ deliveryType, extra }: Restrictions): boolean {
  return deliveryType !== 'upload' || rulesOf(extra).length > 0
}

function rulesOf({ accessControl = [], accessMode }: AssetExtra): readonly AccessRule[] {
  return accessMode === undefined ? accessControl : [...accessControl, { accessType: 'token' }]
}

function isWithin({ start, end }: { start?: string; end?: string }, now: number): boolean {
  const hasBegun = start === undefined || Date.parse(start) <= now
  return hasBegun && (end === undefined || now < Date.parse(end))
}
