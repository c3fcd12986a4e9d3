/** The part of `archiver` 8 that is used here; the package has no types of its own. @module */

declare module 'archiver' {
  import type { Readable, Transform } from 'node:stream'

  /** What an entry is called and how it is kept. */
  export interface EntryData {
    readonly name: string
    readonly date?: Date
    /** Zip only: kept as it is, not compressed. */
    readonly store?: boolean
    /** Its length, without which a tar would be collected in memory. */
    readonly stats?: { readonly size: number }
  }

  /** An archive that is being written; its output is read as from any stream. */
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
