/** A PDF's bytes, read and inflated within one budget: whatever a file is made of, all of it together costs no more. @module */

import { promisify } from 'node:util'
import { inflate } from 'node:zlib'

/** A file that is read where it is needed. */
export interface PdfBytes {
  readonly size: number
  /** Fewer at the end of the file. */
  read(offset: number, length: number): Promise<Buffer>
}

/** One whose reads are counted. */
export interface BudgetedPdf extends PdfBytes {
  /** What a stream of it holds, without `FlateDecode`. */
  inflate(stored: Buffer): Promise<Buffer>
}

/** Read and inflated: a cross-reference of a million objects, and as much again. */
const MAX_BYTES = 32 * 1024 * 1024
/** Updates, and pieces of their tables. */
const MAX_READS = 4096

const inflateAsync = promisify(inflate)

/** The same file; what goes over the budget rejects. */
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
      // One more, for zlib takes no zero: the next read is refused then.
      const plain = await inflateAsync(stored, { maxOutputLength: bytesLeft + 1 })
      bytesLeft -= plain.length
      return plain
    },
  }
}
