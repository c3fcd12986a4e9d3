/** Reads request bodies up to a maximum size. @module */

import { MediaError } from '@countersign/protocol/errors'

/** Receives one part of a body. If the function throws, reading stops. */
export type TakePart = (part: Uint8Array | string) => void

/** Reads a body and passes each part to `take` as it arrives. Rejects if the body ends too early. */
export type ReadParts = (take: TakePart) => Promise<void>

const SOURCES = new WeakMap<Request, () => ReadParts | undefined>()
const ENCODER = new TextEncoder()
// ignoreBOM keeps a byte order mark, because the signature of a notification covers it.
const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Registers a source from which `readBody` reads a request's body without a stream. `source` returns `undefined` once a stream exists. */
export function provideBody(request: Request, source: () => ReadParts | undefined): void {
  SOURCES.set(request, source)
}

/**
 * Reads the body of a request as UTF-8 text, and counts its bytes while reading.
 *
 * @throws MediaError CONFIG_INVALID if the app has already read the body.
 * @throws MediaError BODY_TOO_LARGE if the body is larger than `maxBytes`.
 * @throws MediaError BODY_INVALID if the body is not UTF-8 or ends too early.
 */
export async function readBody(request: Request, maxBytes: number): Promise<string> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes)
  const readParts = SOURCES.get(request)?.() ?? streamOf(request)
  const parts: Uint8Array[] = []
  let byteCount = 0
  try {
    await readParts((part) => {
      const bytes = typeof part === 'string' ? ENCODER.encode(part) : part
      byteCount += bytes.byteLength
      if (byteCount > maxBytes) throw tooLarge(maxBytes)
      parts.push(bytes)
    })
    return DECODER.decode(joined(parts, byteCount))
  } catch (error) {
    if (error instanceof MediaError) throw error
    throw new MediaError('BODY_INVALID', { message: 'The body could not be read as UTF-8 text.' })
  }
}

function streamOf(request: Request): ReadParts {
  if (request.bodyUsed) {
    throw new MediaError('CONFIG_INVALID', {
      message: 'The body was read before the endpoint: let authorize and keys read request.clone()',
    })
  }
  return async (take) => {
    const reader = request.body?.getReader()
    try {
      for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
        take(part.value)
      }
    } finally {
      await reader?.cancel().catch(() => undefined)
    }
  }
}

function joined(parts: readonly Uint8Array[], byteCount: number): Uint8Array {
  const [first] = parts
  if (first && parts.length === 1) return first
  const whole = new Uint8Array(byteCount)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.byteLength
  }
  return whole
}

function tooLarge(maxBytes: number): MediaError {
  return new MediaError('BODY_TOO_LARGE', {
    message: `The body is larger than ${maxBytes} bytes.`,
  })
}
