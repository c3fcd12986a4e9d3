/** Reads the names in the directories of ZIP and compound files. Unpacks nothing. @module */

import { open } from 'node:fs/promises'

/** Bounds of a ZIP directory: the end record with the longest comment, and the bytes read of the directory. */
const ZIP = {
  endBytes: 22,
  commentBytes: 65_535,
  end: 'PK\x05\x06',
  entryBytes: 46,
  entry: 'PK\x01\x02',
  maxBytes: 1024 * 1024,
} as const
/** Sizes and bounds of a compound file's directory. */
const CFB = {
  headerBytes: 512,
  entryBytes: 128,
  maxSectors: 64,
  tableSectors: 109,
  endOfChain: 0xfffffffe,
} as const
/** Class id in the root entry of an installer. Its entry names do not reveal the type. */
const MSI_CLASS = '84100c0000000000c000000000000046'

/** The names in a container's directory. */
export interface ContainerNames {
  readonly names: ReadonlySet<string>
  /** False if the directory is damaged or too long, so that more names may exist. */
  readonly isWhole: boolean
}

type ReadAt = (position: number, bytes: number) => Promise<Buffer>

/** Reads the names in a ZIP file's central directory, and their top-level folders. Returns no names for a ZIP without a directory. */
export function readZipNames(path: string): Promise<ContainerNames> {
  return withFile(path, async (read, fileBytes) => {
    const tailBytes = Math.min(fileBytes, ZIP.endBytes + ZIP.commentBytes)
    const tail = await read(fileBytes - tailBytes, tailBytes)
    const endAt = tail.lastIndexOf(ZIP.end, -ZIP.endBytes, 'latin1')
    if (endAt === -1) return { names: new Set(), isWhole: true }
    const directoryBytes = tail.readUInt32LE(endAt + 12)
    // In a ZIP64 file, or after other leading bytes, the recorded position is wrong. The directory ends where the end record begins.
    const directoryAt = fileBytes - tailBytes + endAt - directoryBytes
    const isReadable = directoryAt >= 0 && directoryBytes <= ZIP.maxBytes
    if (!isReadable) return { names: new Set(), isWhole: false }
    return zipNames(await read(directoryAt, directoryBytes))
  })
}

function zipNames(directory: Buffer): ContainerNames {
  const names = new Set<string>()
  let at = 0
  while (at + ZIP.entryBytes <= directory.length) {
    if (directory.toString('latin1', at, at + 4) !== ZIP.entry) break
    const nameBytes = directory.readUInt16LE(at + 28)
    const nameAt = at + ZIP.entryBytes
    const name = directory.toString('utf8', nameAt, nameAt + nameBytes)
    names.add(name)
    // The folder alone shows which application wrote a document.
    names.add(name.replace(/\/.*/s, '/'))
    at = nameAt + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32)
  }
  return { names, isWhole: at === directory.length }
}

/** Reads the names of streams and folders in a compound file (MS-CFB). Adds `msi` if the class id marks an installer. */
export function readCfbNames(path: string): Promise<ContainerNames> {
  return withFile(path, async (read) => namesOf(await readDirectory(read)))
}

async function withFile<Result>(
  path: string,
  use: (read: ReadAt, fileBytes: number) => Promise<Result>,
): Promise<Result> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    return await use(async (position, bytes) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, position)
      return buffer.subarray(0, bytesRead)
    }, size)
  } finally {
    await file.close()
  }
}

interface Directory {
  readonly bytes: Buffer
  readonly isWhole: boolean
}

/** Follows the chain of directory sectors through the allocation table (MS-CFB 2.3 and 2.6). */
async function readDirectory(read: ReadAt): Promise<Directory> {
  const header = await read(0, CFB.headerBytes)
  const sectors: Buffer[] = []
  const shift = header.length < CFB.headerBytes ? 0 : header.readUInt16LE(30)
  if (shift !== 9 && shift !== 12) return { bytes: Buffer.alloc(0), isWhole: false }
  const sectorBytes = 2 ** shift
  for (let sector = header.readUInt32LE(48); ; ) {
    if (sector === CFB.endOfChain) return { bytes: Buffer.concat(sectors), isWhole: true }
    const bytes = await read((sector + 1) * sectorBytes, sectorBytes)
    const next = await nextSector(read, { header, sector, sectorBytes })
    if (bytes.length < sectorBytes || next === undefined || sectors.length >= CFB.maxSectors) break
    sectors.push(bytes)
    sector = next
  }
  return { bytes: Buffer.concat(sectors), isWhole: false }
}

// The header lists the first 109 sectors of the table, which cover 7 MB. A directory after them counts as incomplete.
async function nextSector(
  read: ReadAt,
  { header, sector, sectorBytes }: { header: Buffer; sector: number; sectorBytes: number },
): Promise<number | undefined> {
  const at = sector * 4
  const index = Math.floor(at / sectorBytes)
  if (index >= CFB.tableSectors) return undefined
  const table = header.readUInt32LE(76 + index * 4)
  const next = await read((table + 1) * sectorBytes + (at % sectorBytes), 4)
  return next.length < 4 ? undefined : next.readUInt32LE(0)
}

function namesOf({ bytes, isWhole }: Directory): ContainerNames {
  const names = new Set<string>()
  for (let at = 0; at + CFB.entryBytes <= bytes.length; at += CFB.entryBytes) {
    const nameBytes = Math.min(bytes.readUInt16LE(at + 64), 64) - 2
    if (nameBytes > 0) names.add(bytes.toString('utf16le', at, at + nameBytes))
  }
  if (bytes.toString('hex', 80, 96) === MSI_CLASS) names.add('msi')
  return { names, isWhole }
}
