/** Compares what a client says about a file (declared type, file name) with what the file's content is. @module */

import {
  type Container,
  contentOf,
  essenceOf,
  extensionOf,
  MEDIA_TYPES,
} from '@countersign/protocol/media-types'
import { type ContainerNames, readCfbNames, readZipNames } from './container-content.js'
import { isOfficeOpenXml, mayHold, provenType } from './container-types.js'
import type { DetectedType } from './detect-type.js'

/** What a client says about a file. */
export interface Declared {
  readonly filename: string | undefined
  /** The declared media type, as it was sent. */
  readonly mimeType: string
}

/** What a file's content is, and which of the client's words are true of it. */
export interface JudgedContent {
  /** The content's media type, for messages too; `application/octet-stream` for unknown bytes. */
  readonly found: string
  /** Names under which the content may truthfully be accepted, `found` first. */
  readonly types: readonly string[]
  /** Types of pages and scripts that the client names: each of them must be accepted. */
  readonly activeTypes: readonly string[]
  /** All that the client says. */
  readonly claims: readonly Claim[]
  /** The first thing that the client says and that is not so. */
  readonly contradiction: Claim | undefined
}

/** One thing that a client says about a file. */
export interface Claim {
  readonly what: 'type' | 'name'
  /** By its usual name; `image/*` if only the top level is known. */
  readonly type: string
}

/** `same`: the content is of that type. `kind`: it is not, and that does no harm. `no`: it poses as something else. */
type Verdict = 'same' | 'kind' | 'no'

/** Declared types that say nothing: what clients and libraries send for any file. */
const SAYS_NOTHING =
  /^(?:(?:multipart|unknown)\/.*|\*\/\*|(?:application|binary)\/(?:\*|octet-stream|binary|unknown|file|save|(?:x-|force-)?download|x-compressed|x-www-form-urlencoded))$/

const ZIP = 'application/zip'
const CFB = 'application/x-cfb'
const UNKNOWN = 'application/octet-stream'

/** Compares a file's content with the client's words. Looks into a container if the words name a document in it, or say nothing. */
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
  return {
    found,
    types: [...new Set([found, ...same])],
    activeTypes: same.filter((type) => contentOf(type).isActive),
    claims,
    contradiction: claims.find((_claim, index) => verdicts[index] === 'no'),
  }
}

/** What the client says about a file: its declared type and its name's extension, where they say anything. */
function claimsOf({ mimeType, filename }: Declared): readonly Claim[] {
  const entry = MEDIA_TYPES.find(extensionOf(filename))
  return [
    ...declaredTypes(essenceOf(mimeType)).map((type) => ({ what: 'type', type }) as const),
    ...(entry ? [{ what: 'name', type: entry.type } as const] : []),
  ]
}

// Mobile clients send `image` or `image/*` where a type belongs.
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
  const isNeeded = claims.length === 0 || claims.some(({ type }) => type !== mimeType)
  if (!isNeeded) return undefined
  if (container === 'zip') return readZipNames(path)
  return container === 'cfb' ? readCfbNames(path) : undefined
}

/** The container that a detected type is, or is in. */
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
  if (found === undefined) return isText ? verdictOnText(claim, evidence) : verdictOnUnknown(type)
  if (type === found) return 'same'
  // RFC 7578, 4.4: it is what a part of a form is called that nobody called anything.
  if (type === 'text/plain' && what === 'type') return 'kind'
  if (contentOf(found).claimedAs.includes(type)) return 'kind'
  if (kindOf(type) === kindOfContent(found)) return 'kind'
  const byContainer = verdictOnContainer(type, found, evidence)
  if (byContainer) return byContainer
  return saysNothingOf(type) ? 'kind' : 'no'
}

// Text has no signature: the client's word decides among the types of text.
function verdictOnText({ type, what }: Claim, { claims }: Evidence): Verdict {
  if (contentOf(type).container === 'text') return 'same'
  if (type === 'text/*') return 'kind'
  if (saysNothingOf(type)) return 'same'
  // Windows declares CSV as what opens it.
  const named = what === 'type' && claims.find((claim) => claim.what === 'name')
  if (!named) return 'no'
  const { container, claimedAs } = contentOf(named.type)
  return container === 'text' && claimedAs.includes(type) ? 'kind' : 'no'
}

// Every type in the table that is not text has a signature, which these bytes do not have.
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

/** Whether a type is one that the table does not know, and that is no picture, sound, video, font or text by its name. */
function saysNothingOf(type: string): boolean {
  return !MEDIA_TYPES.find(type) && !/^(?:image|audio|video|font|text)\//.test(type)
}

// Audio and video share containers. The server names pictures, audio and video by what they are, so another name does no harm.
function kindOf(type: string): string {
  const [family = ''] = type.split('/')
  if (family === 'audio' || family === 'video') return 'media'
  return family === 'image' || family === 'font' ? family : type
}

// SVG can hold scripts: it is of no kind but its own.
function kindOfContent(found: string): string {
  return found === 'image/svg+xml' ? found : kindOf(found)
}

function foundType(
  { mimeType, isText, textType }: DetectedType,
  { names, same }: { names: ContainerNames | undefined; same: readonly string[] },
): string {
  if (mimeType === undefined) return same[0] ?? (isText ? textType : UNKNOWN)
  const container = containerOf(mimeType)
  if (mimeType !== ZIP && mimeType !== CFB) return mimeType
  const inside = same.find((type) => contentOf(type).container === container)
  return inside ?? (same.length === 0 && names ? provenType(names.names) : undefined) ?? mimeType
}
