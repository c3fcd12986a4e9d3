/** Bodies, read within bounds. @module */

import { MediaError } from '@countersign/protocol/errors'

/** A body in parts, as it arrives. */
export type BodyParts = AsyncIterable<Uint8Array | string>

const PROVIDERS = new WeakMap<Request, () => BodyParts | undefined>()

/** Let a request's body be read from its source, without a stream between; the provider answers `undefined` once there is a stream. */
export function provideBody(request: Request, provider: () => BodyParts | undefined): void {
  PROVIDERS.set(request, provider)
}

/**
 * The body as UTF-8 text, counted while reading.
 *
 * @throws MediaError CONFIG_INVALID when the app has read it already.
 * @throws MediaError BODY_TOO_LARGE over `maxBytes`.
 * @throws MediaError BODY_INVALID when it is not UTF-8 or ends too early.
 */
export async function readBody(request: Request, maxBytes: number): Promise<string> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes)
  const parts = PROVIDERS.get(request)?.() ?? streamParts(request)
  // ignoreBOM: what is verified are the bytes as they came.
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let byteCount = 0
  let text = ''
  try {
    for await (const part of parts) {
      const bytes = typeof part === 'string' ? new TextEncoder().encode(part) : part
      byteCount += bytes.byteLength
      if (byteCount > maxBytes) throw tooLarge(maxBytes)
      text += decoder.decode(bytes, { stream: true })
    }
    return text + decoder.decode()
  } catch (error) {
    if (error instanceof MediaError) throw error
    throw new MediaError('BODY_INVALID', { message: 'The body could not be read as UTF-8 text.' })
  }
}

async function* streamParts(request: Request): AsyncGenerator<Uint8Array> {
  if (request.bodyUsed) {
    throw new MediaError('CONFIG_INVALID', {
      message: 'The body was read before the endpoint: let authorize and keys read request.clone()',
    })
  }
  const reader = request.body?.getReader()
  try {
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      yield part.value
    }
  } finally {
    await reader?.cancel().catch(() => undefined)
  }
}

function tooLarge(maxBytes: number): MediaError {
  return new MediaError('BODY_TOO_LARGE', {
    message: `The body is larger than ${maxBytes} bytes.`,
  })
}
