/** Which documents a ZIP or a compound file holds, by the names in its directory. @module */

import type { ContainerNames } from './container-content.js'

/** Names that prove a type: every item, of which any alternative. */
type Proof = readonly (readonly string[])[]

const CONTENT_TYPES = '[Content_Types].xml'
const WORD = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
const EXCEL = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const POWERPOINT = 'application/vnd.openxmlformats-officedocument.presentationml.presentation'

/** Folder of an Office application to the types that have it, without and with macros. */
const OFFICE: readonly { folder: string; types: RegExp; plain: string; withMacros: string }[] = [
  {
    folder: 'word/',
    types: /wordprocessingml|ms-word/,
    plain: WORD,
    withMacros: 'application/vnd.ms-word.document.macroenabled.12',
  },
  {
    folder: 'xl/',
    types: /spreadsheetml|ms-excel\./,
    plain: EXCEL,
    withMacros: 'application/vnd.ms-excel.sheet.macroenabled.12',
  },
  {
    folder: 'ppt/',
    types: /presentationml|ms-powerpoint\./,
    plain: POWERPOINT,
    withMacros: 'application/vnd.ms-powerpoint.presentation.macroenabled.12',
  },
]

/** The first that a directory proves is what a container without a name counts as. */
const PROOFS: ReadonlyMap<string, Proof> = new Map<string, Proof>([
  ['application/vnd.android.package-archive', [['AndroidManifest.xml']]],
  ['application/epub+zip', [['META-INF/container.xml'], ['mimetype']]],
  ['application/java-archive', [['META-INF/MANIFEST.MF']]],
  ['application/x-msi', [['msi']]],
  ['application/msword', [['WordDocument']]],
  ['application/vnd.ms-excel', [['Workbook', 'Book']]],
  ['application/vnd.ms-powerpoint', [['PowerPoint Document', 'PP40']]],
  ['application/vnd.ms-outlook', [['__properties_version1.0']]],
  ['application/vnd.visio', [['VisioDocument']]],
  ['application/x-hwp', [['FileHeader'], ['BodyText']]],
])

/**
 * Whether a container may be a document of a type: its directory proves it, or the type needs no proof and nothing else is proven.
 * What a directory that is not whole does not show counts as proven, except macros where the type has none.
 */
export function mayHold({ names, isWhole }: ContainerNames, type: string): boolean {
  const office = officeOf(type)
  if (office) {
    if (names.has('EncryptedPackage')) return true
    if (hasMacros(names) && !/macroenabled/.test(type)) return false
    return !isWhole || (names.has(CONTENT_TYPES) && names.has(office.folder))
  }
  if (/opendocument/.test(type)) return !isWhole || names.has('content.xml')
  const proof = PROOFS.get(type)
  if (proof) return isProven(names, proof) || (!isWhole && !provenType(names))
  return provenType(names) === undefined
}

/** Returns the type that a container's directory proves; `undefined` if the container is just that. */
export function provenType(names: ContainerNames['names']): string | undefined {
  if (names.has(CONTENT_TYPES)) {
    const office = OFFICE.find(({ folder }) => names.has(folder))
    if (office) return hasMacros(names) ? office.withMacros : office.plain
  }
  return [...PROOFS].find(([, proof]) => isProven(names, proof))?.[0]
}

/** Whether a type is one of Office's documents in a ZIP, which are in a compound file when they have a password. */
export function isOfficeOpenXml(type: string): boolean {
  return officeOf(type) !== undefined
}

function officeOf(type: string) {
  return OFFICE.find(({ types }) => types.test(type))
}

function isProven(names: ContainerNames['names'], proof: Proof): boolean {
  return proof.every((alternatives) => alternatives.some((name) => names.has(name)))
}

function hasMacros(names: ContainerNames['names']): boolean {
  return OFFICE.some(({ folder }) => names.has(`${folder}vbaProject.bin`))
}
