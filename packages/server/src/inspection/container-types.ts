/** Recognizes the document in a ZIP or a compound file by the names in its directory. @module */

import type { ContainerNames } from './container-content.js'

/** Names that prove a type: one alternative of every item must exist. */
type Proof = readonly (readonly string[])[]

const CONTENT_TYPES = '[Content_Types].xml'
const WORD = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
const EXCEL = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const POWERPOINT = 'application/vnd.openxmlformats-officedocument.presentationml.presentation'

/** Types by folder of an Office application, without and with macros. */
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

/** Proofs by type. Without a declared type, the first proven type counts. */
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
 * Returns true if a container may hold a document of a type: its directory proves the type, or the type has no proof and no other type
 * is proven. If the directory is incomplete, missing names count as present. Macros in a type without macros are always refused.
 */
export function mayHold({ names, isWhole }: ContainerNames, type: string): boolean {
  const office = officeOf(type)
  if (office) {
    if (names.has('EncryptedPackage')) return true
    if (hidesMacros(names, type)) return false
    return !isWhole || (names.has(CONTENT_TYPES) && names.has(office.folder))
  }
  if (/opendocument/.test(type)) return !isWhole || names.has('content.xml')
  const proof = PROOFS.get(type)
  if (proof) return isProven(names, proof) || (!isWhole && !provenType(names))
  return provenType(names) === undefined
}

/** Returns the type that a container's directory proves; `undefined` for a plain container. */
export function provenType(names: ContainerNames['names']): string | undefined {
  if (names.has(CONTENT_TYPES)) {
    const office = OFFICE.find(({ folder }) => names.has(folder))
    if (office) return hasMacros(names) ? office.withMacros : office.plain
  }
  return [...PROOFS].find(([, proof]) => isProven(names, proof))?.[0]
}

/** Returns true if a directory has macros and the type is one of Office's without macros. */
export function hidesMacros(names: ContainerNames['names'], type: string): boolean {
  return isOfficeOpenXml(type) && !/macroenabled/.test(type) && hasMacros(names)
}

/** Returns true for the Office types in ZIP format. With a password, such documents are compound files. */
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
  // Part names do not differ by case (ECMA-376, part 2, 6.2.2), and some programs write a backslash.
  return [...names].some((name) => /(?:^|[/\\])vbaProject\.bin$/i.test(name))
}
