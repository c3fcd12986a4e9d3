/** Percent-decodes a stream of bytes, as the URL Standard defines it. @module */

import { MediaError } from '@countersign/protocol/errors'

/** Decodes a stream chunk by chunk. */
export interface PercentDecoder {
  /** Decodes a chunk. Keeps an escape that the end of the chunk cuts until the next chunk. */
  write(chunk: Buffer): Buffer
  /** Returns the bytes of an incomplete escape at the end of the text. */
  end(): Buffer
}

/** Options of {@link createPercentDecoder}. */
export interface PercentDecoderOptions {
  /** Byte that replaces an unescaped `+`. By default a `+` stays. */
  readonly plusAs?: number
  /** Byte that no escape may produce. By default any byte is allowed. */
  readonly reserved?: number
}

/** Byte that marks an unescaped `+` of a url-encoded form until its meaning is known. UTF-8 text never contains this byte. */
export const BARE_PLUS_BYTE = 0xff

const PERCENT = 0x25
const PLUS = 0x2b

/**
 * Creates a decoder. A `%` without two hex digits after it stays unchanged.
 * @returns A decoder whose `write` throws MediaError PARAM_INVALID for an escape of the byte `reserved`, and for a byte `plusAs` in the input.
 */
export function createPercentDecoder(options: PercentDecoderOptions = {}): PercentDecoder {
  let held: Buffer = Buffer.alloc(0)
  function decode(bytes: Buffer): Buffer {
    if (options.plusAs !== undefined && bytes.includes(options.plusAs))
      throw notText(options.plusAs)
    const hasPlus = options.plusAs !== undefined && bytes.includes(PLUS)
    if (!hasPlus && !bytes.includes(PERCENT)) return bytes
    return decodeEscapes(bytes, options)
  }
  return {
    write(chunk) {
      const bytes = held.length > 0 ? Buffer.concat([held, chunk]) : chunk
      const end = bytes.length - cutEscapeBytes(bytes)
      held = bytes.subarray(end)
      return decode(bytes.subarray(0, end))
    },
    end() {
      const rest = decode(held)
      held = Buffer.alloc(0)
      return rest
    },
  }
}

/** Returns the bytes with another character, such as plus or space, in place of each `BARE_PLUS_BYTE`. */
export function replaceBarePluses(bytes: Buffer, by: '+' | ' '): Buffer {
  if (!bytes.includes(BARE_PLUS_BYTE)) return bytes
  const code = by.charCodeAt(0)
  return Buffer.from(bytes.map((byte) => (byte === BARE_PLUS_BYTE ? code : byte)))
}

/** Counts the bytes at the end that may begin an escape: 0, 1 or 2. */
function cutEscapeBytes(bytes: Buffer): number {
  if (bytes.at(-1) === PERCENT) return 1
  return bytes.at(-2) === PERCENT ? 2 : 0
}

function decodeEscapes(bytes: Buffer, { plusAs = PLUS, reserved }: PercentDecoderOptions): Buffer {
  const out = Buffer.allocUnsafe(bytes.length)
  let length = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] as number
    const escaped = byte === PERCENT ? hexByte(bytes, at + 1) : -1
    if (escaped >= 0) at += 2
    if (escaped === reserved) throw notText(escaped)
    if (escaped >= 0) out[length] = escaped
    else out[length] = byte === PLUS ? plusAs : byte
    length += 1
  }
  return out.subarray(0, length)
}

/** Returns the value of two hex digits, or a negative number for other bytes. */
function hexByte(bytes: Buffer, at: number): number {
  return (hexDigit(bytes[at]) << 4) | hexDigit(bytes[at + 1])
}

function hexDigit(code = 0): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const letter = code | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

function notText(byte: number): MediaError {
  return new MediaError('PARAM_INVALID', {
    message: `Invalid file - the byte 0x${byte.toString(16)} is not UTF-8 text`,
    details: { param: 'file' },
  })
}
