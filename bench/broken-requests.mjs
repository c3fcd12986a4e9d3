/**
 * Creates upload requests for `multipart-fuzz.mjs`: valid signed forms that are then broken, reproducibly from a seed.
 * @module
 */

import { apiSignRequest } from '@countersign/protocol/signature'
import { seededRandom } from './seeded-random.mjs'

/** The cloud and key that sign the forms. */
export const KEY = {
  cloud: 'fuzz',
  id: '123456789012345',
  secret: 'multipart-fuzz-secret-0000000001',
}
const CRLF = '\r\n'
let random = seededRandom(1)

/**
 * @typedef {object} BrokenRequest
 * @property {string} name How the request was broken.
 * @property {Buffer} head
 * @property {readonly Buffer[]} pieces The body, in the pieces in which it is written.
 * @property {boolean} isWhole True if all announced bytes are sent, so that the server must answer.
 * @property {boolean} isHalfClosed True if the client closes its side after the last byte.
 */

/** Starts again at a seed. @param {number} seed */
export function seedRequests(seed) {
  random = seededRandom(seed)
}

/** Creates the next request. @returns {BrokenRequest} */
export function createBrokenRequest() {
  return random() < 0.25 ? createTextRequest() : createMultipartRequest()
}

/** Creates a JSON or url-encoded form with a data URI as its file. @returns {BrokenRequest} */
function createTextRequest() {
  const file = `data:;base64,${below(2) ? bytes(below(3000)).toString('base64') : oddBase64()}`
  const pairs = Object.entries({ ...formFields(), file }).sort(() => random() - 0.5)
  const isJson = random() < 0.5
  const body = isJson ? escapedJson(pairs) : urlEncoded(pairs)
  const broken = pick(BREAKS)
  const framed = pick(FRAMES.filter((frame) => frame.name !== 'oddType'))
  const { name, head, isWhole, ...request } = framed({
    name: `${isJson ? 'json' : 'urlencoded'}+${broken.name}+${framed.name}`,
    body: broken(Buffer.from(body), ','),
    contentType: isJson ? 'application/json' : 'application/x-www-form-urlencoded',
  })
  const isHalfClosed = !isWhole && random() < 0.5
  return { name, head, pieces: inPieces(request.body), isWhole, isHalfClosed }
}

/** Returns Base64 text that is ambiguous or invalid. */
function oddBase64() {
  const text = bytes(60).toString('base64')
  return pick([
    `data:;base64,${text}`,
    text.replaceAll('A', ' '),
    text.replaceAll('=', ''),
    `${text}${text}`,
    text.replaceAll(/.{4}/g, '$&+'),
    '%2',
    '',
  ])
}

/** @param {[string, string][]} pairs */
function escapedJson(pairs) {
  const json = JSON.stringify(Object.fromEntries(pairs))
  const odd = pick(['\\ud83d', '\\u00', '\\x', '\n', '"', '\\'])
  if (random() < 0.2) return json.replace('base64,', `base64,${odd}`)
  return json.replaceAll(/[a-z]/g, (char) =>
    random() < 0.1 ? `\\u00${char.charCodeAt(0).toString(16)}` : char,
  )
}

/** @param {[string, string][]} pairs */
function urlEncoded(pairs) {
  if (random() < 0.7) return new URLSearchParams(pairs).toString()
  return pairs.map(([name, value]) => `${name}=${value}`).join('&')
}

/** @returns {BrokenRequest} */
function createMultipartRequest() {
  const boundary = pick(['b', 'xx', '----form', 'a'.repeat(70), `f${below(1e9)}`])
  const parts = formParts()
  const shaped = pick(SHAPES)
  const shape = shaped(parts)
  const body = Buffer.concat([
    ...shape.parts.map((part) =>
      Buffer.concat([Buffer.from(`--${boundary}${CRLF}`), part, Buffer.from(CRLF)]),
    ),
    Buffer.from(`--${boundary}--${pick(['', CRLF, `${CRLF}epilogue`])}`),
  ])
  const broken = pick(BREAKS)
  const sent = broken(body, boundary)
  const framed = pick(FRAMES)
  const request = framed({
    name: `${shaped.name}+${broken.name}+${framed.name}`,
    body: sent,
    contentType: pick([
      `multipart/form-data; boundary=${boundary}`,
      `multipart/form-data; boundary="${boundary}"`,
      `multipart/form-data; charset=utf-8; boundary=${boundary}; x=y`,
    ]),
  })
  const { name, head, isWhole } = request
  return {
    name,
    head,
    pieces: inPieces(request.body),
    isWhole,
    isHalfClosed: !isWhole && random() < 0.5,
  }
}

/** @param {Buffer} body */
function inPieces(body) {
  if (random() < 0.7 || body.length < 2) return [body]
  const at = 1 + below(body.length - 1)
  return [body.subarray(0, at), body.subarray(at)]
}

/** Returns the signed fields of a valid form. */
function formFields() {
  /** @type {Record<string, string | number>} */
  const params = { timestamp: Math.floor(Date.now() / 1000) }
  if (random() < 0.5) params.tags = pick(['a', 'a,b', 'ünï', '=&|', '%26'])
  if (random() < 0.3) params.context = pick(['a=b', 'a=b|c=d', 'a', '|', '\\'])
  if (random() < 0.3) params.folder = pick(['f', 'f/g', '..', '/', 'x'.repeat(300)])
  return {
    ...params,
    api_key: random() < 0.95 ? KEY.id : '1',
    signature: random() < 0.9 ? apiSignRequest(params, KEY.secret) : 'f'.repeat(40),
  }
}

/** Returns the parts of a valid form. */
function formParts() {
  const parts = Object.entries(formFields()).map(([name, value]) => field(name, String(value)))
  const file = filePart('file', bytes(below(3000)))
  // Some clients send the file first.
  if (random() < 0.3) parts.unshift(file)
  else parts.push(file)
  return parts
}

/** @param {string} name @param {string | Buffer} value @param {string} [more] */
function field(name, value, more = '') {
  return Buffer.concat([
    Buffer.from(`Content-Disposition: form-data; name="${name}"${more}${CRLF}${CRLF}`),
    Buffer.from(value),
  ])
}

/** @param {string} name @param {Buffer} content */
function filePart(name, content) {
  const filename = pick(['x.bin', 'a"b', 'ü.jpg', '../../x', '', 'x\u0000y', 'n'.repeat(500)])
  const type = pick(['', `${CRLF}Content-Type: image/jpeg`, `${CRLF}Content-Type: text/html`])
  return field(name, content, `; filename="${filename}"${type}`)
}

/** Changes to the form as a list of parts. */
const SHAPES = [
  function plain(/** @type {Buffer[]} */ parts) {
    return { parts }
  },
  function doubled(/** @type {Buffer[]} */ parts) {
    return { parts: [...parts, pick(parts)] }
  },
  function shuffled(/** @type {Buffer[]} */ parts) {
    return { parts: [...parts].sort(() => random() - 0.5) }
  },
  function dropped(/** @type {Buffer[]} */ parts) {
    const at = below(parts.length)
    return { parts: parts.filter((_, index) => index !== at) }
  },
  function nameless(/** @type {Buffer[]} */ parts) {
    const odd = pick([
      `Content-Disposition: form-data${CRLF}${CRLF}x`,
      `Content-Disposition: form-data; name=""${CRLF}${CRLF}x`,
      `Content-Disposition: attachment; name="file"; filename="x"${CRLF}${CRLF}x`,
      `Content-Type: text/plain${CRLF}${CRLF}x`,
      `${CRLF}x`,
      'x',
    ])
    return { parts: insert(parts, Buffer.from(odd)) }
  },
  function nested(/** @type {Buffer[]} */ parts) {
    const inner = `--in${CRLF}Content-Disposition: form-data; name="file"; filename="y"${CRLF}${CRLF}y${CRLF}--in--`
    const head = `Content-Disposition: form-data; name="file"${CRLF}Content-Type: multipart/mixed; boundary=in`
    return { parts: insert(parts, Buffer.from(`${head}${CRLF}${CRLF}${inner}`)) }
  },
  function longHeaders(/** @type {Buffer[]} */ parts) {
    const size = pick([100, 8000, 16_000, 17_000, 40_000])
    const header = `${CRLF}X-Long: ${'h'.repeat(size)}`
    return { parts: insert(parts, field('a', 'x', header)) }
  },
  function manyHeaders(/** @type {Buffer[]} */ parts) {
    return { parts: insert(parts, field('a', 'x', `${CRLF}X-A: b`.repeat(below(2500)))) }
  },
  function manyFields(/** @type {Buffer[]} */ parts) {
    const count = pick([10, 63, 64, 65, 200, 1100])
    return { parts: [...Array.from({ length: count }, (_, at) => field(`f${at}`, 'x')), ...parts] }
  },
  function oddNames(/** @type {Buffer[]} */ parts) {
    const name = pick([
      '__proto__',
      'constructor',
      'a[b][c]',
      'tags[]',
      'n'.repeat(200),
      'ü',
      '\\"',
    ])
    return { parts: insert(parts, field(name, 'x')) }
  },
  function largeField(/** @type {Buffer[]} */ parts) {
    return { parts: insert(parts, field('context', 'x'.repeat(pick([8192, 65_536, 70_000])))) }
  },
  function encoded(/** @type {Buffer[]} */ parts) {
    const encoding = pick(['base64', 'quoted-printable', '8bit', 'x-none'])
    const odd = field('a', '=3D=', `${CRLF}Content-Transfer-Encoding: ${encoding}`)
    const charset = field(
      'b',
      bytes(20),
      `${CRLF}Content-Type: text/plain; charset=${pick(['utf-16', 'x', 'latin1'])}`,
    )
    return { parts: insert(insert(parts, odd), charset) }
  },
  function fileAsText(/** @type {Buffer[]} */ parts) {
    const text = pick(['data:;base64,AAAA', `data:;base64,${oddBase64()}`, 'data:', 'x', ''])
    return { parts: [...parts.slice(0, -1), field('file', text)] }
  },
]

/** Changes to the bytes of the body. @type {readonly ((body: Buffer, boundary: string) => Buffer)[]} */
const BREAKS = [
  function whole(body) {
    return body
  },
  function cut(body) {
    return body.subarray(0, below(body.length))
  },
  function flipped(body) {
    const copy = Buffer.from(body)
    for (let count = 1 + below(8); count > 0; count -= 1) copy[below(copy.length)] = below(256)
    return copy
  },
  function removed(body) {
    const at = below(body.length)
    return Buffer.concat([body.subarray(0, at), body.subarray(at + 1 + below(40))])
  },
  function repeated(body) {
    const at = below(body.length)
    const slice = body.subarray(at, at + below(200))
    return Buffer.concat([body.subarray(0, at), slice, body.subarray(at)])
  },
  function inserted(body) {
    const at = below(body.length)
    return Buffer.concat([body.subarray(0, at), bytes(below(60)), body.subarray(at)])
  },
  function lineEnds(body) {
    const text = body.toString('latin1')
    return Buffer.from(text.replaceAll(CRLF, pick(['\n', '\r', '\r\r\n', '\n\r'])), 'latin1')
  },
  function otherBoundary(body, boundary) {
    const text = body.toString('latin1')
    return Buffer.from(text.replace(boundary, pick(['', `${boundary}x`, '--'])), 'latin1')
  },
  function boundaryInside(body, boundary) {
    const at = below(body.length)
    const odd = Buffer.from(
      pick([`${CRLF}--${boundary}`, `--${boundary}--`, `${CRLF}--${boundary}-`]),
    )
    return Buffer.concat([body.subarray(0, at), odd, body.subarray(at)])
  },
  function empty() {
    return Buffer.alloc(0)
  },
]

/**
 * Ways to announce the body's length.
 * @type {readonly ((request: { name: string, body: Buffer, contentType: string }) => { name: string, head: Buffer, body: Buffer, isWhole: boolean })[]}
 */
const FRAMES = [
  function length({ name, body, contentType }) {
    return { name, head: head(contentType, `Content-Length: ${body.length}`), body, isWhole: true }
  },
  function length2({ name, body, contentType }) {
    return { name, head: head(contentType, `Content-Length: ${body.length}`), body, isWhole: true }
  },
  function chunked({ name, body, contentType }) {
    const pieces = []
    for (let at = 0; at < body.length; ) {
      const piece = body.subarray(at, at + 1 + below(1500))
      pieces.push(Buffer.from(`${piece.length.toString(16)}${CRLF}`), piece, Buffer.from(CRLF))
      at += piece.length
    }
    const all = Buffer.concat([...pieces, Buffer.from(`0${CRLF}${CRLF}`)])
    return { name, head: head(contentType, 'Transfer-Encoding: chunked'), body: all, isWhole: true }
  },
  function tooLong({ name, body, contentType }) {
    const announced = body.length + 1 + below(5000)
    return { name, head: head(contentType, `Content-Length: ${announced}`), body, isWhole: false }
  },
  // A body that is longer than announced is not a request, so the connection may end at once.
  function tooShort({ name, body, contentType }) {
    const announced = below(body.length + 1)
    return { name, head: head(contentType, `Content-Length: ${announced}`), body, isWhole: false }
  },
  function brokenChunk({ name, body, contentType }) {
    const odd = Buffer.from(pick(['zz\r\n', '-1\r\n', 'ffffffffffffffff\r\n', '5\r\nab', '\r\n']))
    const all = Buffer.concat([Buffer.from(`${body.length.toString(16)}${CRLF}`), body, odd])
    return {
      name,
      head: head(contentType, 'Transfer-Encoding: chunked'),
      body: all,
      isWhole: false,
    }
  },
  function oddType({ name, body }) {
    const contentType = pick([
      'multipart/form-data',
      'multipart/form-data; boundary=',
      'multipart/form-data; boundary="',
      `multipart/form-data; boundary=${'b'.repeat(71)}`,
      'multipart/mixed; boundary=b',
      'application/json',
      'application/x-www-form-urlencoded',
      'text/plain',
      '',
    ])
    return { name, head: head(contentType, `Content-Length: ${body.length}`), body, isWhole: true }
  },
  function onePart({ name, body, contentType }) {
    const range = pick(['0-9/10', '0-0/1', '0--1/0', 'x', '0-99999999999999/-1', '5-9/10'])
    const more = `Content-Range: bytes ${range}${CRLF}X-Unique-Upload-Id: ${below(1e9)}${CRLF}Content-Length: ${body.length}`
    // An accepted part stays until its upload ends. A broken form is never accepted.
    const isBroken = body.subarray(0, Math.max(0, body.length - 200))
    return { name, head: head(contentType, more), body: isBroken, isWhole: false }
  },
]

/** @param {string} contentType @param {string} framing */
function head(contentType, framing) {
  const path = `/v1_1/${KEY.cloud}/${pick(['raw', 'raw', 'image', 'auto', 'video'])}/upload`
  const type = contentType === '' ? '' : `Content-Type: ${contentType}${CRLF}`
  const expect = random() < 0.05 ? `Expect: 100-continue${CRLF}` : ''
  return Buffer.from(
    `POST ${path} HTTP/1.1${CRLF}Host: fuzz${CRLF}${type}${expect}${framing}${CRLF}${CRLF}`,
  )
}

/** @param {Buffer[]} parts @param {Buffer} part */
function insert(parts, part) {
  const at = below(parts.length + 1)
  return [...parts.slice(0, at), part, ...parts.slice(at)]
}

/** @param {number} count */
function bytes(count) {
  return Buffer.from(Array.from({ length: count }, () => below(256)))
}

/** @template Item @param {readonly Item[]} items @returns {Item} */
function pick(items) {
  return /** @type {Item} */ (items[below(items.length)])
}

/** Returns a random whole number below a limit. @param {number} limit */
function below(limit) {
  return Math.floor(random() * limit)
}
