/** Limits the bytes and reads that one PDF may cost, whatever its content. @module */

import { promisify } from 'node:util'
import { inflate } from 'node:zlib'

/** Random access to the bytes of a PDF. */
export interface PdfBytes {
  /** Bytes of the file. */
  readonly size: number
  /** Returns `length` bytes from `offset` on, or fewer at the end of the file. */
  read(offset: number, length: number): Promise<Buffer>
}

/** Access to a PDF within a budget. Rejects when the budget is used up. */
export interface BudgetedPdf extends PdfBytes {
  /** Decompresses the content of a stream with the filter `FlateDecode`. */
  inflate(stored: Buffer): Promise<Buffer>
}

/** Maximum bytes to read and to inflate: twice the cross-reference of a million objects. */
const MAX_BYTES = 32 * 1024 * 1024
/** Maximum reads. Each update of a document, and each subsection of its table, takes one. */
const MAX_READS = 4096

const inflateAsync = promisify(inflate)

/** Returns access to a file within a budget. A read or an inflation over the budget rejects. */
export function budgetPdf(file: PdfBytes): BudgetedPdf {
  let bytesLeft = MAX_BYTES
  let readsLeft = MAX_READS

  return {
    size: file.size,
    async read(offset, length) {
      readsLeft -= 1
      bytesLeft -= length
      if (readsLeft < 0 || bytesLeft < 0) throw new RangeError('a file that costs too much')
      return file.read(offset, length)
    },
    async inflate(stored) {
      // Plus one, because zlib does not accept 0. The next read is refused then.
      const plain = await inflateAsync(stored, { maxOutputLength: bytesLeft + 1 })
      bytesLeft -= plain.length
      return plain
    },
  }
}
