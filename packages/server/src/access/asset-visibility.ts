/** Decides who may see a stored asset. Delivery and API answers share this rule. @module */

import type { AccessRule, Asset, AssetExtra } from '../catalog/asset.js'

/** How a client requests an asset. */
export interface Viewer {
  /** True if the delivery URL carries a valid signature. */
  readonly isSigned: boolean
}

/** The fields of an asset that decide who may see it. */
export type Restrictions = Pick<Asset, 'deliveryType' | 'extra'>

/**
 * Evaluates the access rules and the moderation status of an asset. {@link needsSignature} evaluates the delivery type.
 *
 * @param now Unix milliseconds.
 * @returns `visible` if one rule passes or none exists, `denied` if every rule fails, `hidden` for an asset that moderation rejected.
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

/** Returns true if a delivery type requires a signed URL: `authenticated` always, `private` for the original. */
export function needsSignature(
  deliveryType: string,
  { isOriginal }: { readonly isOriginal: boolean },
): boolean {
  return deliveryType === 'authenticated' || (deliveryType === 'private' && isOriginal)
}

/**
 * Returns true if anyone may load the original of an asset without a signature. A caller who may not manage assets learns about
 * such assets only.
 *
 * @param now Unix milliseconds.
 */
export function isPublic(asset: Restrictions, now: number): boolean {
  if (needsSignature(asset.deliveryType, { isOriginal: true })) return false
  return visibilityOf(asset, { isSigned: false }, now) === 'visible'
}

/** Returns true if an asset has any access restriction. Shared caches must not keep such an asset. */
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
