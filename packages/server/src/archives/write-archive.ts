/** Writes an archive as a stream. Opens one file at a time, and reads no faster than the stream is read. @module */

import { once } from 'node:events'
import type { Readable } from 'node:stream'
import type { Archiver } from 'archiver'

/** Format of an archive. */
export type ArchiveFormat = 'zip' | 'tgz'

/** One file of an archive. */
export interface ArchiveEntry {
  /** Safe path, unique within the archive. */
  readonly name: string
  readonly modifiedAt: Date
  /** True if compression makes the file smaller. Images and videos are compressed already. */
  readonly isCompressible: boolean
  open(): Promise<{ readonly bytes: number; readonly stream: Readable }>
}

/**
 * Starts to write an archive.
 * @returns The bytes of the archive. The stream fails if an entry fails. If it is destroyed, it closes the open entry.
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
  // The archive can fail before anyone reads it. Without a listener, that error would crash the server; readers still get it.
  archive.on('error', () => {})
  appendAll(archive, entries).catch((error) => archive.destroy(error))
  return archive
}

async function appendAll(archive: Archiver, entries: readonly ArchiveEntry[]): Promise<void> {
  for (const { name, modifiedAt, isCompressible, open } of entries) {
    const { bytes, stream } = await open()
    const data = { name, date: modifiedAt, store: !isCompressible, stats: { size: bytes } }
    try {
      // The archive was destroyed while the entry was opened, and emits no more events.
      if (archive.destroyed) return
      await appendOne(archive, stream, data)
    } finally {
      stream.destroy()
    }
  }
  await archive.finalize()
}

// archiver treats an error of a source as its end. Here, the error makes the archive fail.
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
        throw new Error('the archive was closed before it was complete')
      }),
      once(stream, 'error', { signal }).then(([error]) => {
        throw error
      }),
    ])
  } finally {
    watch.abort()
  }
}
