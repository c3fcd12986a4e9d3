/** Reads a url-encoded form. Streams the value of `file`, and adds every other pair as a field within the limits. @module */

import {
  type AddField,
  type BodyReading,
  bodyTooLarge,
  fieldTooLarge,
  MAX_OUTSIDE_BYTES,
} from './body-reading.js'
import { repeated } from './fields.js'
import { BARE_PLUS_BYTE, createPercentDecoder } from './percent-decoding.js'

const AND = '&'
/** Characters of a percent-encoded byte. */
const ESCAPED = 3

/**
 * Reads a url-encoded form to the end of its body.
 * @throws MediaError PARAM_INVALID if `file` is repeated, BODY_TOO_LARGE, CONNECTION_LOST, and the errors of `reading`.
 */
export async function readUrlEncoded(reading: BodyReading): Promise<void> {
  const { chunks, limits, add } = reading
  const maxPair = ESCAPED * (limits.maxFieldBytes + limits.maxFieldNameBytes) + 1
  let hasFile = false
  /** Text that was read but not consumed yet, one byte per character. */
  let text = ''
  let isWhole = false
  let outsideBytes = 0

  for (;;) {
    const end = text.indexOf(AND)
    const rawName = nameOf(end < 0 ? text : text.slice(0, end))
    if (rawName !== undefined && decoded(rawName) === 'file') {
      if (hasFile) throw repeated('file')
      hasFile = true
      text = text.slice(rawName.length + 1)
      reading.hold(0)
      await reading.onText(value(), { hasBarePlus: true })
      for await (const _ of value());
    } else if (end >= 0 || isWhole) {
      addPair(end < 0 ? text : text.slice(0, end), add)
      if (end < 0) return
      text = text.slice(end + 1)
    } else {
      if (text.length > maxPair) throw fieldTooLarge(decoded(rawName ?? text), limits)
      reading.hold(text.length)
      outsideBytes += await readMore()
      if (outsideBytes > MAX_OUTSIDE_BYTES) throw bodyTooLarge(MAX_OUTSIDE_BYTES)
    }
  }

  async function readMore(): Promise<number> {
    const chunk = await chunks.next()
    if (chunk === undefined) isWhole = true
    else text += chunk.toString('latin1')
    return chunk?.length ?? 0
  }

  /** Yields the decoded value at the start of `text`. Leaves the text that follows the value. */
  async function* value(): AsyncGenerator<Buffer> {
    const decoder = createPercentDecoder({ plusAs: BARE_PLUS_BYTE, reserved: BARE_PLUS_BYTE })
    while (text !== '' || !isWhole) {
      const end = text.indexOf(AND)
      const raw = end < 0 ? text : text.slice(0, end)
      text = end < 0 ? '' : text.slice(end)
      if (raw !== '') yield decoder.write(Buffer.from(raw, 'latin1'))
      if (end >= 0) break
      await readMore()
    }
    yield decoder.end()
  }
}

/** Returns the text before the first `=`, still encoded; `undefined` if there is no `=`. */
function nameOf(pair: string): string | undefined {
  const end = pair.indexOf('=')
  return end < 0 ? undefined : pair.slice(0, end)
}

function addPair(pair: string, add: AddField): void {
  const [[name = '', value = ''] = []] = parsed(pair)
  if (pair !== '' && name !== 'file') add(name, value)
}

function decoded(name: string): string {
  const [[text = ''] = []] = parsed(name)
  return text
}

function parsed(pair: string): URLSearchParams {
  // The parser drops one leading question mark, so add one.
  return new URLSearchParams(`?${Buffer.from(pair, 'latin1').toString('utf8')}`)
}
