/** Strings to sign that result from common signing mistakes, most likely first. @module */

import { type Action, PARAMS, paramOf, type WireParams } from '../params.js'
import type { Mismatch } from './mismatch.js'
import { stringToSign } from './string-to-sign.js'

/** A request with a wrong signature. */
export interface MismatchedRequest {
  readonly received: WireParams
  /** Parameters that the action signs, as text, in the received order. */
  readonly recognized: Readonly<Record<string, string>>
  readonly action: Action
  /** API key id of the request. */
  readonly apiKey: string
}

type Pair = readonly [name: string, value: string]

// Limits the number of orders and pairs to try.
const MAX_PERMUTED = 5
const MAX_LEFT_OUT = 30
const MAX_UNKNOWN = 8

/**
 * Yields the string to sign of each known mistake. Some strings may be equal to the correct one or
 * to each other.
 */
export function* otherStrings(request: MismatchedRequest): Generator<Mismatch> {
  yield* versionOne(request)
  yield* leftOut(request, 1)
  yield* notSent(request)
  yield* otherValues(request)
  yield* otherOrder(request)
  yield* blanks(request)
  yield* leftOut(request, 2)
  yield* otherTimestamp(request)
}

function* versionOne({ recognized }: MismatchedRequest): Generator<Mismatch> {
  const text = stringToSign(recognized, { version: 1 })
  const message =
    'A value contains "&" and was signed as version 1. Sign as version 2, which writes "&" as "%26" (cloudinary 2.7.0 or newer does).'
  if (text !== stringToSign(recognized)) yield { text, cause: 'version_1', message }
}

function* leftOut({ recognized }: MismatchedRequest, count: 1 | 2): Generator<Mismatch> {
  const names = Object.keys(recognized).slice(0, MAX_LEFT_OUT)
  const groups =
    count === 1
      ? names.map((name) => [name])
      : names.flatMap((name, index) => names.slice(index + 1).map((other) => [name, other]))
  for (const group of groups) {
    yield {
      text: stringToSign(without(recognized, group)),
      cause: 'param_not_signed',
      message: `${listed(group)} ${group.length === 1 ? 'was' : 'were'} sent but not signed: sign what is sent, or do not send it.`,
    }
  }
}

/**
 * Yields strings with extra parameters: `source=uw`, names that are never signed, and names that
 * the action does not know.
 */
function* notSent(request: MismatchedRequest): Generator<Mismatch> {
  const { received, recognized, action } = request
  for (const extra of constantsOf(request)) {
    yield {
      text: stringToSign({ ...recognized, ...extra }),
      cause: 'param_not_sent',
      message: messageOf(Object.keys(extra)),
    }
  }
  const unknown = Object.keys(received)
    .filter((name) => !paramOf(action, name))
    .slice(0, MAX_UNKNOWN)
  for (const names of [...unknown.map((name) => [name]), unknown]) {
    yield {
      text: stringToSign({ ...recognized, ...pick(received, names) }),
      cause: 'param_not_sent',
      message: `${names.length === 1 ? 'A param' : 'Params'} that ${action} does not know (${listed(names.map(shorten))}) ${names.length === 1 ? 'was' : 'were'} signed: sign only what is known.`,
    }
  }
}

function messageOf(names: readonly string[]): string {
  const excluded = names.filter((name) => name !== 'source')
  const source = 'source=uw was signed but not sent: send it, or do not sign it.'
  const others = `${listed(excluded)} ${excluded.length === 1 ? 'was' : 'were'} signed, but must not be.`
  if (excluded.length === 0) return source
  return names.includes('source') ? `${source} ${others}` : others
}

/** Returns all combinations of extra parameters, smallest first. */
function constantsOf({
  received,
  recognized,
  apiKey,
}: MismatchedRequest): Record<string, string>[] {
  const file = typeof received.file === 'string' ? [received.file] : []
  const choices: readonly (readonly [string, readonly string[]])[] = [
    ['source', recognized.source === undefined ? ['uw'] : []],
    ['cloud_name', textOf(received.cloud_name)],
    [
      'resource_type',
      [...new Set([...textOf(received.resource_type), 'image', 'video', 'raw', 'auto'])],
    ],
    ['api_key', [apiKey]],
    ['file', [...file, '[object File]', '[object Object]']],
  ]
  let combinations: Record<string, string>[] = [{}]
  for (const [name, values] of choices) {
    const extended = combinations.flatMap((one) =>
      values.map((value) => ({ ...one, [name]: value })),
    )
    combinations = [...combinations, ...extended]
  }
  return combinations
    .slice(1)
    .sort((left, right) => Object.keys(left).length - Object.keys(right).length)
}

/** Yields strings with the same names and differently written values. */
function* otherValues(request: MismatchedRequest): Generator<Mismatch> {
  const { recognized } = request
  for (const encode of ENCODERS) {
    yield {
      text: stringToSign(mapValues(recognized, (_, value) => encode(value))),
      cause: 'values_encoded',
      message:
        'The values were URL-encoded before signing, or encoded twice before sending: sign the plain text.',
    }
  }
  yield* typedValues(request, 'list', asJsonList, {
    cause: 'list_as_json',
    message:
      'was signed as JSON (or sent as JSON and signed as text): sign its items joined with ","',
  })
  for (const type of ['pairs', 'json', 'list', 'text'] as const) {
    yield* typedValues(request, type, () => '[object Object]', {
      cause: 'object_as_text',
      message: 'was signed as an object, "[object Object]": convert it to text first',
    })
  }
  yield* typedValues(request, 'boolean', otherBoolean, {
    cause: 'boolean_text',
    message:
      'was signed as true or false and sent as 1 or 0, or vice versa: sign the text that is sent',
  })
  for (const form of ['NFC', 'NFD'] as const) {
    yield {
      text: stringToSign(mapValues(recognized, (_, value) => value.normalize(form))),
      cause: 'unicode_form',
      message:
        'The text was signed in another Unicode form (macOS file names are NFD): normalize it to NFC before signing and sending.',
    }
  }
  for (const lineBreak of ['\n', '\r\n']) {
    yield {
      text: stringToSign(
        mapValues(recognized, (_, value) => value.replace(/\r\n|\r|\n/g, lineBreak)),
      ),
      cause: 'line_breaks',
      message:
        'Forms are sent with CR LF line breaks: sign the value with CR LF, or without line breaks.',
    }
  }
}

const ENCODERS: readonly ((value: string) => string)[] = [
  (value) => orKept(encodeURIComponent, value),
  (value) => orKept(encodeURI, value),
  (value) => new URLSearchParams([['', value]]).toString().slice(1),
  (value) => value.replaceAll(' ', '%20'),
  (value) => value.replaceAll(' ', '+'),
  (value) => orKept(decodeURIComponent, value),
  (value) => orKept(decodeURIComponent, value.replaceAll('+', ' ')),
]

function orKept(convert: (value: string) => string, value: string): string {
  try {
    return convert(value)
  } catch {
    // Half a surrogate pair, or a lone `%`: a signer cannot have converted this value either.
    return value
  }
}

/**
 * Yields strings in which one parameter of a type is changed, then a string in which all of them
 * are.
 */
function* typedValues(
  { recognized, action }: MismatchedRequest,
  type: string,
  change: (value: string) => string,
  found: Pick<Mismatch, 'cause' | 'message'>,
): Generator<Mismatch> {
  const names = Object.keys(recognized).filter((name) => paramOf(action, name)?.type === type)
  for (const group of [...names.map((name) => [name]), names]) {
    yield {
      text: stringToSign(
        mapValues(recognized, (name, value) => (group.includes(name) ? change(value) : value)),
      ),
      cause: found.cause,
      message: `${listed(group)} ${found.message}.`,
    }
  }
}

function asJsonList(value: string): string {
  try {
    const items: unknown = JSON.parse(value)
    if (Array.isArray(items)) return items.join(',')
  } catch {
    // The value is not JSON, so it was sent as plain text and may have been signed as JSON.
  }
  return JSON.stringify(value.split(','))
}

function otherBoolean(value: string): string {
  const other: ReadonlyMap<string, string> = new Map([
    ['1', 'true'],
    ['0', 'false'],
    ['true', '1'],
    ['false', '0'],
  ])
  return other.get(value) ?? value
}

function* otherOrder({ recognized }: MismatchedRequest): Generator<Mismatch> {
  const pairs = Object.entries(recognized)
  const sorted = pairs.toSorted(byName)
  const isTime = ([name]: Pair): boolean => name === 'timestamp'
  const orders: Iterable<readonly Pair[]> =
    pairs.length <= MAX_PERMUTED
      ? permutationsOf(pairs)
      : [
          pairs,
          pairs.toReversed(),
          sorted.toReversed(),
          [...sorted.filter(isTime), ...sorted.filter((pair) => !isTime(pair))],
          [...sorted.filter((pair) => !isTime(pair)), ...sorted.filter(isTime)],
          [...pairs.filter(isTime), ...pairs.filter((pair) => !isTime(pair))],
          [...pairs.filter((pair) => !isTime(pair)), ...pairs.filter(isTime)],
        ]
  const message = 'The params were signed in another order: sort them by name, by code unit.'
  for (const order of orders) yield { text: join(order), cause: 'params_unsorted', message }
}

function* permutationsOf(pairs: readonly Pair[]): Generator<readonly Pair[]> {
  if (pairs.length <= 1) yield pairs
  for (const [index, first] of pairs.length > 1 ? pairs.entries() : []) {
    for (const rest of permutationsOf(pairs.toSpliced(index, 1))) yield [first, ...rest]
  }
}

/**
 * Yields strings that include parameters without a value, as `name=`, `name=undefined` or
 * `name=null`.
 */
function* blanks({ received, recognized, action }: MismatchedRequest): Generator<Mismatch> {
  const isSignable = (name: string): boolean => paramOf(action, name)?.isSigned === true
  const sentBlank = Object.keys(received).filter(
    (name) => isSignable(name) && !Object.hasOwn(recognized, name),
  )
  const absent = [...PARAMS.keys()].filter(
    (name) => isSignable(name) && !Object.hasOwn(recognized, name),
  )
  for (const value of ['', 'undefined', 'null']) {
    for (const group of [sentBlank, ...absent.map((name) => [name])]) {
      const added = group.map((name): Pair => [name, value])
      yield {
        text: join([...Object.entries(recognized), ...added].sort(byName)),
        cause: 'blank_signed',
        message: `${listed(group)} has no value but was signed as "${group[0] ?? ''}=${value}": do not sign params without a value.`,
      }
    }
  }
}

function* otherTimestamp({ recognized }: MismatchedRequest): Generator<Mismatch> {
  const { timestamp } = recognized
  if (timestamp === undefined || !/^\d{1,15}$/.test(timestamp)) return
  const sent = Number(timestamp)
  const isMilliseconds = timestamp.length > 11
  const message = isMilliseconds
    ? 'timestamp was sent in milliseconds and signed in seconds: send the seconds.'
    : 'timestamp was signed in milliseconds and sent in seconds: sign the seconds.'
  // A signer rounds or truncates, so the milliseconds lie between half a second before and one
  // second after.
  const candidates = isMilliseconds
    ? [Math.floor(sent / 1000), Math.ceil(sent / 1000)]
    : Array.from({ length: 1500 }, (_, index) => sent * 1000 + (index < 1000 ? index : 999 - index))
  for (const candidate of candidates) {
    const text = stringToSign({ ...recognized, timestamp: candidate })
    yield { text, cause: 'timestamp_milliseconds', message }
  }
}

function join(pairs: readonly Pair[]): string {
  return pairs.map(([name, value]) => `${name}=${value}`.replaceAll('&', '%26')).join('&')
}

function byName([left]: Pair, [right]: Pair): number {
  return left < right ? -1 : Number(left > right)
}

function mapValues(
  params: Readonly<Record<string, string>>,
  change: (name: string, value: string) => string,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, change(name, value)]),
  )
}

function without(
  params: Readonly<Record<string, string>>,
  names: readonly string[],
): Record<string, string> {
  return Object.fromEntries(Object.entries(params).filter(([name]) => !names.includes(name)))
}

function pick(params: WireParams, names: readonly string[]): WireParams {
  return Object.fromEntries(names.map((name) => [name, params[name]]))
}

function textOf(value: unknown): string[] {
  return typeof value === 'string' && value !== '' ? [value] : []
}

function listed(names: readonly string[]): string {
  return names.join(' and ')
}

// An unknown name is untrusted text.
function shorten(name: string): string {
  return name.slice(0, 64).replace(/[^\w[\]-]/g, '?')
}
