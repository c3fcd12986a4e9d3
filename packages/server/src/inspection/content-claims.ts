/** Compares a file's declared type and name with its content. @module */

import {
  type Container,
  contentOf,
  essenceOf,
  extensionOf,
  MEDIA_TYPES,
} from '@countersign/protocol/media-types'
import { type ContainerNames, readCfbNames, readZipNames } from './container-content.js'
import { hidesMacros, isOfficeOpenXml, mayHold, provenType } from './container-types.js'
import type { DetectedType } from './detect-type.js'

/** A file's name and type as the client sent them. */
export interface Declared {
  readonly filename: string | undefined
  /** Declared media type, unchanged. */
  readonly mimeType: string
}

/** Type of a file's content, and the client's claims that match it. */
export interface JudgedContent {
  /** Media type of the content, also for error texts; `application/octet-stream` for unknown bytes. */
  readonly found: string
  /** All type names that are true of the content, `found` first. */
  readonly types: readonly string[]
  /** Claimed types that can run scripts. The limits must accept each of them. */
  readonly activeTypes: readonly string[]
  /** All claims of the client. */
  readonly claims: readonly Claim[]
  /** First claim that contradicts the content. */
  readonly contradiction: Claim | undefined
}

/** One claim about a file. */
export interface Claim {
  readonly what: 'type' | 'name'
  /** Usual name of the media type; `image/*` if only the top level is known. */
  readonly type: string
}

/** `same`: the content has that type. `kind`: it has another, harmless type. `no`: the claim contradicts the content. */
type Verdict = 'same' | 'kind' | 'no'

/** Declared types without information, which clients and libraries send for any file. */
const SAYS_NOTHING =
  /^(?:(?:multipart|unknown)\/.*|\*\/\*|(?:application|binary)\/(?:\*|octet-stream|binary|unknown|file|save|(?:x-|force-)?download|x-compressed|x-www-form-urlencoded))$/

const ZIP = 'application/zip'
const CFB = 'application/x-cfb'
const UNKNOWN = 'application/octet-stream'

/** Compares a file's content with its claims. Opens a container if the claims name a document in it, or if there are none. */
export async function judgeContent(
  detected: DetectedType,
  declared: Declared,
  path: string,
): Promise<JudgedContent> {
  const claims = claimsOf(declared)
  const names = await readNames(detected, claims, path)
  const verdicts = claims.map((claim) => verdictOn(claim, { detected, names, claims }))
  const same = claims.filter((_claim, index) => verdicts[index] === 'same').map(({ type }) => type)
  const found = foundType(detected, { names, same })
  const types = [found, ...same]
  // The client may declare any type, so an unknown one opens nothing that plain text does not.
  if (detected.isText && !types.some((type) => MEDIA_TYPES.find(type))) types.push('text/plain')
  return {
    found,
    types: [...new Set(types)],
    activeTypes: same.filter((type) => contentOf(type).isActive),
    claims,
    contradiction: claims.find((_claim, index) => verdicts[index] === 'no'),
  }
}

/** Returns the claims in a file's declared type and in its extension. */
function claimsOf({ mimeType, filename }: Declared): readonly Claim[] {
  const entry = MEDIA_TYPES.find(extensionOf(filename))
  return [
    ...declaredTypes(essenceOf(mimeType)).map((type) => ({ what: 'type', type }) as const),
    ...(entry ? [{ what: 'name', type: entry.type } as const] : []),
  ]
}

// Mobile clients send `image` or `image/*` instead of a full type.
function declaredTypes(essence: string): string[] {
  if (/^(?:image|audio|video|font|text)(?:\/\*?)?$/.test(essence)) {
    return [`${essence.split('/')[0]}/*`]
  }
  const isType = /^[^/\s]+\/[^/\s]+$/.test(essence) && !SAYS_NOTHING.test(essence)
  return isType ? [MEDIA_TYPES.nameOf(essence)] : []
}

async function readNames(
  { mimeType }: DetectedType,
  claims: readonly Claim[],
  path: string,
): Promise<ContainerNames | undefined> {
  const container = containerOf(mimeType)
  const isNeeded =
    claims.length === 0 || claims.some(({ type }) => type !== mimeType || isOfficeOpenXml(type))
  if (!isNeeded) return undefined
  if (container === 'zip') return readZipNames(path)
  return container === 'cfb' ? readCfbNames(path) : undefined
}

/** Returns the container format of a detected type. */
function containerOf(type: string | undefined): Container | undefined {
  if (type === ZIP) return 'zip'
  return contentOf(type).container
}

interface Evidence {
  readonly detected: DetectedType
  readonly names: ContainerNames | undefined
  readonly claims: readonly Claim[]
}

function verdictOn(claim: Claim, evidence: Evidence): Verdict {
  const { mimeType: found, isText } = evidence.detected
  const { type, what } = claim
  if (what === 'type' && isDeclaredFor(type, evidence.claims)) return 'kind'
  if (found === undefined) return isText ? verdictOnText(claim) : verdictOnUnknown(type)
  if (type === found) return isTruthful(found, evidence.names) ? 'same' : 'no'
  // RFC 7578, 4.4: text/plain is the default type of a form part, so it says nothing.
  if (type === 'text/plain' && what === 'type') return 'kind'
  if (contentOf(found).claimedAs.includes(type)) return 'kind'
  if (kindOf(type) === kindOfContent(found)) return 'kind'
  const byContainer = verdictOnContainer(type, found, evidence)
  if (byContainer) return byContainer
  return saysNothingOf(type) ? 'kind' : 'no'
}

// Windows declares CSV as the type of the program that opens it. The claim in the name gets a verdict of its own.
function isDeclaredFor(type: string, claims: readonly Claim[]): boolean {
  return claims.some(
    (claim) => claim.what === 'name' && contentOf(claim.type).claimedAs.includes(type),
  )
}

// A document declares its type itself, and may leave out that it has macros.
function isTruthful(found: string, names: ContainerNames | undefined): boolean {
  return !names || !hidesMacros(names.names, found)
}

// Text has no signature, so the claim decides among the text types.
function verdictOnText({ type }: Claim): Verdict {
  if (contentOf(type).container === 'text') return 'same'
  if (type === 'text/*') return 'kind'
  if (saysNothingOf(type) || isUnknownText(type)) return 'same'
  return 'no'
}

function isUnknownText(type: string): boolean {
  return type.startsWith('text/') && !MEDIA_TYPES.find(type)
}

// Every binary type in the table has a signature, which these bytes do not have.
function verdictOnUnknown(type: string): Verdict {
  return MEDIA_TYPES.find(type) || type.endsWith('/*') ? 'no' : 'same'
}

function verdictOnContainer(type: string, found: string, { names }: Evidence): Verdict | undefined {
  const container = containerOf(found)
  if (names === undefined || (container !== 'zip' && container !== 'cfb')) return undefined
  if (type === (container === 'zip' ? ZIP : CFB)) return 'same'
  const isInside =
    contentOf(type).container === container ||
    (container === 'zip' && type.endsWith('+zip')) ||
    (names.names.has('EncryptedPackage') && isOfficeOpenXml(type))
  const isGeneric = found === ZIP || found === CFB
  if (isInside) return mayHold(names, type) ? 'same' : 'no'
  return isGeneric && saysNothingOf(type) ? 'same' : undefined
}

/** Returns true for a type outside the table that is neither an image, audio, video, font nor text type. */
function saysNothingOf(type: string): boolean {
  return !MEDIA_TYPES.find(type) && !/^(?:image|audio|video|font|text)\//.test(type)
}

// Audio and video share containers. Delivery sends the detected type, so another claimed type does no harm.
function kindOf(type: string): string {
  const [family = ''] = type.split('/')
  if (family === 'audio' || family === 'video') return 'media'
  return family === 'image' || family === 'font' ? family : type
}

// SVG can hold scripts, so it must not pass as another image type.
function kindOfContent(found: string): string {
  return found === 'image/svg+xml' ? found : kindOf(found)
}

function foundType(
  { mimeType, isText, textType }: DetectedType,
  { names, same }: { names: ContainerNames | undefined; same: readonly string[] },
): string {
  if (mimeType === undefined) {
    const known = same.find((type) => MEDIA_TYPES.find(type))
    return known ?? same[0] ?? (isText ? textType : UNKNOWN)
  }
  const container = containerOf(mimeType)
  if (mimeType !== ZIP && mimeType !== CFB && isTruthful(mimeType, names)) return mimeType
  const inside = same.find((type) => contentOf(type).container === container)
  return inside ?? (same.length === 0 && names ? provenType(names.names) : undefined) ?? mimeType
}
