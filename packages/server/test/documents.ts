/** Creates container files for tests: ZIP files with any entries, and compound files with any streams. @module */

import { crc32 } from 'node:zlib'

/** Creates a ZIP file with uncompressed entries. */
export function zipOf(entries: Readonly<Record<string, string | Buffer>>): Buffer {
  const local: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const [name, content] of Object.entries(entries)) {
    const bytes = Buffer.from(content)
    const shared = Buffer.alloc(26)
    shared.writeUInt16LE(20, 0)
    shared.writeUInt32LE(crc32(bytes), 10)
    shared.writeUInt32LE(bytes.length, 14)
    shared.writeUInt32LE(bytes.length, 18)
    shared.writeUInt16LE(Buffer.byteLength(name), 22)
    const head = Buffer.concat([Buffer.from('PK\x03\x04'), shared, Buffer.from(name), bytes])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    central.push(Buffer.from('PK\x01\x02\x14\0'), shared, tail, Buffer.from(name))
    local.push(head)
    offset += head.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(local.length, 8)
  end.writeUInt16LE(local.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...local, directory, end])
}

/** Creates an Office document: `word`, `xl` or `ppt`. Its content types are the first or the last entry. */
export function officeDocument(
  folder: 'word' | 'xl' | 'ppt',
  options: { readonly isLate?: boolean; readonly hasMacros?: boolean } = {},
): Buffer {
  const part = {
    word: 'wordprocessingml.document',
    xl: 'spreadsheetml.sheet',
    ppt: 'presentationml.presentation',
  }[folder]
  const types = `<Types><Override PartName="/${folder}/a.xml" ContentType="application/vnd.openxmlformats-officedocument.${part}.main+xml"/></Types>`
  const content = {
    'docProps/thumbnail.jpeg': Buffer.alloc(60_000, 7),
    [`${folder}/a.xml`]: '<a/>',
    ...(options.hasMacros ? { [`${folder}/vbaProject.bin`]: 'macros' } : {}),
  }
  const first = { '[Content_Types].xml': types }
  return zipOf(options.isLate ? { ...content, ...first } : { ...first, ...content })
}

/** Creates a compound file (MS-CFB, version 3) with streams of these names. */
export function compoundFileOf(names: readonly string[], rootClass = ''): Buffer {
  const sectorBytes = 512
  const entries = ['Root Entry', ...names]
  const directory = Buffer.alloc(Math.ceil(entries.length / 4) * sectorBytes)
  entries.forEach((name, index) => {
    directory.write(name, index * 128, 'utf16le')
    directory.writeUInt16LE(name.length * 2 + 2, index * 128 + 64)
  })
  directory.write(rootClass, 80, 'hex')
  const sectors = directory.length / sectorBytes
  const header = Buffer.alloc(sectorBytes)
  header.write('d0cf11e0a1b11ae1', 'hex')
  header.writeUInt16LE(9, 30)
  header.writeUInt32LE(1, 44)
  header.writeUInt32LE(1, 48)
  header.fill(0xff, 76)
  header.writeUInt32LE(0, 76)
  const table = Buffer.alloc(sectorBytes, 0xff)
  for (let index = 1; index <= sectors; index++) {
    table.writeUInt32LE(index === sectors ? 0xfffffffe : index + 1, index * 4)
  }
  return Buffer.concat([header, table, directory])
}
