/** Compares every form encoding with its reference decoder, for input in pieces of any length. @module */

import type { IncomingMessage } from 'node:http'
import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { DEFAULT_SERVER_LIMITS } from '../../limits.js'
import { openForm } from './read-form.js'

/** Reads a form that arrives in pieces. Returns its fields and the bytes of its file. */
async function read(contentType: string, body: Buffer, cuts: readonly number[]) {
  const message = { headers: { 'content-type': contentType } }
  const request = Object.assign(new PassThrough(), message) as unknown as PassThrough &
    IncomingMessage
  const form = openForm(request, new URLSearchParams(), { limits: DEFAULT_SERVER_LIMITS })
  const file: Buffer[] = []
  const reading = form.read(async ({ bytes }) => {
    for await (const chunk of bytes) file.push(chunk)
  })
  const ends = [...cuts.map((at) => at % (body.length + 1)), body.length].sort((a, b) => a - b)
  let at = 0
  for (const end of ends) {
    request.write(body.subarray(at, end))
    at = end
  }
  request.end()
  await reading
  return { file: Buffer.concat(file), params: form.fields.params() }
}

const cuts = fc.array(fc.nat(5000), { maxLength: 8 })
const content = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))
/** Name of a field that is not a parameter, so that its text is not checked. */
const value = fc
  .string({ unit: 'binary', maxLength: 40 })
  .filter((text) => !/\p{Surrogate}/u.test(text))
/** Writes each unit of a text as `\uXXXX`. */
const escapes = (text: string): string =>
  text
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
const uri = (bytes: Buffer): string => `data:;base64,${bytes.toString('base64')}`

it('reads JSON like the standard parser, with any escapes', async () => {
  /** Writes a string as JSON with every n-th character escaped. */
  const escaped = (text: string, every: number): string => {
    const chars = [...text].map((char, at) =>
      at % every === 0 ? escapes(char) : JSON.stringify(char).slice(1, -1),
    )
    return `"${chars.join('')}"`
  }
  await fc.assert(
    fc.asyncProperty(
      content,
      value,
      fc.integer({ min: 1, max: 9 }),
      fc.boolean(),
      cuts,
      async (bytes, text, every, isFirst, positions) => {
        const file = `"file":${escaped(uri(bytes), every)}`
        const field = `"other":${escaped(text, every)}`
        const json = `{${isFirst ? `${file},${field}` : `${field},${file}`}}`
        const reference = JSON.parse(json) as { file: string; other: string }
        expect(reference).toEqual({ file: uri(bytes), other: text })
        const { file: stored, params } = await read(
          'application/json',
          Buffer.from(json),
          positions,
        )
        expect(stored).toEqual(bytes)
        expect(params).toEqual({ other: text })
      },
    ),
  )
})

it('keeps any text of a data URI in JSON', async () => {
  await fc.assert(
    fc.asyncProperty(value, cuts, fc.boolean(), async (text, positions, isAscii) => {
      const plain = text.replaceAll('%', '')
      const json = JSON.stringify({ file: `data:,${plain}` })
      const spelled = isAscii ? json.replaceAll(/\P{ASCII}/gu, escapes) : json
      const { file } = await read('application/json', Buffer.from(spelled), positions)
      expect(file.toString('utf8')).toBe(plain)
    }),
  )
})

it('reads a url-encoded form like the standard parser', async () => {
  await fc.assert(
    fc.asyncProperty(
      content,
      value,
      fc.boolean(),
      cuts,
      async (bytes, text, isFirst, positions) => {
        const pairs: [string, string][] = [
          ['file', uri(bytes)],
          ['other', text],
        ]
        const body = new URLSearchParams(isFirst ? pairs : pairs.reverse()).toString()
        const type = 'application/x-www-form-urlencoded'
        const { file, params } = await read(type, Buffer.from(body), positions)
        expect(file).toEqual(bytes)
        expect(params).toEqual({ other: text })
      },
    ),
  )
})

it('reads a data URI in a multipart form', async () => {
  await fc.assert(
    fc.asyncProperty(content, cuts, async (bytes, positions) => {
      const head = 'Content-Disposition: form-data; name="file"\r\n\r\n'
      const body = Buffer.from(`--b\r\n${head}${uri(bytes)}\r\n--b--\r\n`)
      const { file } = await read('multipart/form-data; boundary=b', body, positions)
      expect(file).toEqual(bytes)
    }),
  )
})
