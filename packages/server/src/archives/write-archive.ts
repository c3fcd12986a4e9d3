/** An archive as a stream: one file is open at a time, and nothing is read faster than it is taken. @module */

import { once } from 'node:events'
import type { Readable } from 'node:stream'
import type { Archiver } from 'archiver'

/** What archives are made of. */
export type ArchiveFormat = 'zip' | 'tgz'

/** One file of an archive. */
export interface ArchiveEntry {
  /** A safe path, unique within the archive. */
  readonly name: string
  readonly modifiedAt: Date
  /** Whether its bytes are worth compressing: media are compressed already. */
  readonly isCompressible: boolean
  open(): Promise<{ readonly bytes: number; readonly stream: Readable }>
}

/**
 * Write an archive.
 * @returns Its bytes. The stream fails when an entry does; destroyed, it lets go of what is open.
 */
export async function writeArchive(
  format: ArchiveFormat,
  entries: readonly ArchiveEntry[],
): Promise<Readable> {
  const { TarArchive, ZipArchive } = await import('archiver')
  const archive =
    format === 'zip'
      ? new ZipArchive({ zlib: { level: 6 } })
      : new TarArchive({ gzip: true, gzipOptions: { level: 1 } })
  // It may fail before anybody reads it; whoever does is told.
  archive.on('error', () => {})
  appendAll(archive, entries).catch((error) => archive.destroy(error))
  return archive
}

async function appendAll(archive: Archiver, entries: readonly ArchiveEntry[]): Promise<void> {
  for (const { name, modifiedAt, isCompressible, open } of entries) {
    const { bytes, stream } = await open()
    const data = { name, date: modifiedAt, store: !isCompressible, stats: { size: bytes } }
    try {
      // It was given up while the entry was opened, and tells nobody any more.
      if (archive.destroyed) return
      await appendOne(archive, stream, data)
    } finally {
      stream.destroy()
    }
  }
  await archive.finalize()
}

// The library takes an error of a source for its end; here it is the archive's.
async function appendOne(
  archive: Archiver,
  stream: Readable,
  data: Parameters<Archiver['append']>[1],
): Promise<void> {
  const watch = new AbortController()
  const { signal } = watch
  try {
    archive.append(stream, data)
    await Promise.race([
      once(archive, 'entry', { signal }),
      once(archive, 'close', { signal }).then(() => {
        throw new Error('the archive was given up')
      }),
      once(stream, 'error', { signal }).then(([error]) => {
        throw error
      }),
    ])
  } finally {
    watch.abort()
  }
}
