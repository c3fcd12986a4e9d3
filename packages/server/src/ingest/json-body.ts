/** Reads a JSON form. @module */

import { MediaError } from '@countersign/protocol/errors'
import { type BodyReading, bodyTooLarge, MAX_CALL_BYTES } from './body-reading.js'

/** Reads the body to its end. @throws MediaError BODY_INVALID, BODY_TOO_LARGE, and those of `reading`. */
export async function readJson({ chunks, add, onText }: BodyReading): Promise<void> {
  const received: Buffer[] = []
  for (let chunk = await chunks.next(); chunk; chunk = await chunks.next()) received.push(chunk)
  const { rest, file } = cutDataUri(Buffer.concat(received).toString('utf8'))
  if (rest.length > MAX_CALL_BYTES) throw bodyTooLarge(MAX_CALL_BYTES)
  let body: unknown
  try {
    body = JSON.parse(rest)
  } catch (cause) {
    throw new MediaError('BODY_INVALID', { message: 'The body is not JSON', cause })
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new MediaError('BODY_INVALID', { message: 'The body is not a JSON object' })
  }
  for (const [name, value] of Object.entries(body)) {
    if (name === 'file') continue
    for (const [key, member] of jsonPairs(name, value)) add(key, member)
  }
  const own = Object.hasOwn(body, 'file') ? String(Object(body).file ?? '') : undefined
  if (file || own) await onText(only(file || own || ''))
}

async function* only(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text)
}

/** A data URI needs no escapes, so it is taken out before the rest is parsed. */
function cutDataUri(text: string): { rest: string; file: string | undefined } {
  const start = /"file"\s*:\s*"(?=data:)/.exec(text)
  if (!start) return { rest: text, file: undefined }
  const from = start.index + start[0].length
  const to = text.indexOf('"', from)
  if (to < 0) return { rest: text, file: undefined }
  return { rest: text.slice(0, from) + text.slice(to), file: text.slice(from, to) }
}

function jsonPairs(name: string, value: unknown): readonly (readonly [string, string])[] {
  if (value === null || value === undefined) return []
  const isList = Array.isArray(value) && value.every((item) => typeof item !== 'object')
  if (isList) return value.map((item) => [`${name}[]`, String(item)] as const)
  try {
    return [[name, typeof value === 'object' ? JSON.stringify(value) : String(value)]]
  } catch (cause) {
    throw new MediaError('BODY_INVALID', {
      message: `${name.slice(0, 64)} is nested too deeply`,
      cause,
    })
  }
}
