/** Bodies, read within bounds. @module */

import { MediaError } from '@countersign/protocol/errors'

/**
 * The body as UTF-8 text, counted while reading.
 *
 * @throws MediaError CONFIG_INVALID when the app has read it already.
 * @throws MediaError BODY_TOO_LARGE over `maxBytes`.
 * @throws MediaError BODY_INVALID when it is not UTF-8 or ends too early.
 */
export async function readBody(request: Request, maxBytes: number): Promise<string> {
  if (request.bodyUsed) {
    throw new MediaError('CONFIG_INVALID', {
      message: 'The body was read before the endpoint: let authorize and keys read request.clone()',
    })
  }
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes)
  // ignoreBOM: what is verified are the bytes as they came.
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let byteCount = 0
  let text = ''
  const reader = request.body?.getReader()
  try {
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      byteCount += part.value.byteLength
      if (byteCount > maxBytes) throw tooLarge(maxBytes)
      text += decoder.decode(part.value, { stream: true })
    }
    return text + decoder.decode()
  } catch (error) {
    await reader?.cancel().catch(() => undefined)
    if (error instanceof MediaError) throw error
    throw new MediaError('BODY_INVALID', { message: 'The body could not be read as UTF-8 text.' })
  }
}

function tooLarge(maxBytes: number): MediaError {
  return new MediaError('BODY_TOO_LARGE', {
    message: `The body is larger than ${maxBytes} bytes.`,
  })
}
