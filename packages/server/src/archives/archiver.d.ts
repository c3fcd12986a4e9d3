/** Types of the part of `archiver` 8 that the server uses. The package has no types of its own. @module */

declare module 'archiver' {
  import type { Readable, Transform } from 'node:stream'

  /** Name and options of an archive entry. */
  export interface EntryData {
    readonly name: string
    readonly date?: Date
    /** Zip only: true to store the entry without compression. */
    readonly store?: boolean
    /** Size of the entry in bytes. Without it, a tar archive collects the entry in memory. */
    readonly stats?: { readonly size: number }
  }

  /** An archive that is being written. Its bytes are read from it as from any stream. */
  export class Archiver extends Transform {
    append(source: Readable, data: EntryData): this
    finalize(): Promise<void>
    abort(): this
  }

  export class ZipArchive extends Archiver {
    constructor(options?: { readonly zlib?: { readonly level: number } })
  }

  export class TarArchive extends Archiver {
    constructor(options?: {
      readonly gzip?: boolean
      readonly gzipOptions?: { readonly level: number }
    })
  }
}
