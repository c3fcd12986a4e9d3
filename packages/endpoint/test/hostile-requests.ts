/** Requests that must never obtain a signature from the handler of `demo-handler.ts`. @module */

import { PARAMS } from '@countersign/protocol/params'
import { NOW_SECONDS } from './demo-handler.js'

/** One hostile request and its expected refusal. */
export interface HostileRequest {
  readonly title: string
  /** Parameters in addition to a valid folder, source and timestamp. */
  readonly params?: Readonly<Record<string, unknown>>
  /** Whole body, instead of parameters. */
  readonly body?: string | Uint8Array<ArrayBuffer>
  /** Members beside `paramsToSign`. */
  readonly beside?: Readonly<Record<string, unknown>>
  /** Headers that replace the default headers; `null` leaves one out. */
  readonly headers?: Readonly<Record<string, string | null>>
  readonly method?: string
  readonly status: number
  readonly code: string
  /** Code of the first issue of a 422. */
  readonly issue?: string
}

const refused = { status: 422, code: 'params_refused' } as const
const notSignable = { ...refused, issue: 'not_signable' } as const
const malformed = { ...refused, issue: 'malformed' } as const
const bodyInvalid = { status: 400, code: 'body_invalid' } as const
const wrongOrigin = { status: 403, code: 'origin_refused' } as const
const wrongPreset = { status: 403, code: 'preset_refused' } as const

const PROTOTYPE_NAMES = [
  'constructor',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '__proto__',
  'isPrototypeOf',
]
// Every name in the parameter table whose value a browser may not choose. A new name joins the corpus automatically.
const CLOSED_NAMES = [...PARAMS.values()].filter(({ risk }) => risk !== 'client')
const CLIENT_NAMES_WITHOUT_RULE = [...PARAMS.values()].filter(
  ({ name, risk }) =>
    risk === 'client' && !['timestamp', 'source', 'upload_preset', 'folder', 'tags'].includes(name),
)
const MERGE = { accept: 'params' }

// The attacks of threat-model section 1: each request asks for a signature that is valid for another purpose.
const FORGERIES: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ['destroy', { public_id: 'victim', timestamp: NOW_SECONDS }],
  ['destroy with invalidate', { public_id: 'victim', invalidate: true, timestamp: NOW_SECONDS }],
  ['replacing an asset', { public_id: 'victim', overwrite: true, timestamp: NOW_SECONDS }],
  ['rename', { from_public_id: 'victim', to_public_id: 'mine', timestamp: NOW_SECONDS }],
  ['tags of others', { command: 'remove_all', public_ids: ['victim'], timestamp: NOW_SECONDS }],
  [
    'context of others',
    { command: 'add', context: 'a=b', public_ids: 'v', timestamp: NOW_SECONDS },
  ],
  ['metadata of others', { metadata: 'a=b', public_ids: 'victim', timestamp: NOW_SECONDS }],
  ['destroy by asset id', { asset_id: 'a'.repeat(32), timestamp: NOW_SECONDS }],
  [
    'an archive of everything',
    { mode: 'download', prefixes: '', tags: 'a', timestamp: NOW_SECONDS },
  ],
  [
    'a private download',
    { public_id: 'victim', format: 'jpg', expires_at: 1_900_000_000, timestamp: NOW_SECONDS },
  ],
  ['a download of a backup', { asset_id: 'a', version_id: 'b', timestamp: NOW_SECONDS }],
  [
    'explicit with eager work',
    { public_id: 'v', type: 'upload', eager: 'w_9999', timestamp: NOW_SECONDS },
  ],
  ['a call to a chosen URL', { notification_url: 'https://evil.example', timestamp: NOW_SECONDS }],
  ['an expression on the server', { eval: 'upload_options["tags"] = "x"', timestamp: NOW_SECONDS }],
  ['a script after success', { on_success: 'current_asset.update({})', timestamp: NOW_SECONDS }],
  ['a stronger preset', { upload_preset: 'admin', timestamp: NOW_SECONDS }],
  ['limits of its own', { limits: '{"max_bytes":9}', timestamp: NOW_SECONDS }],
  ['a user tag of its own', { user_tag: '338e4ccd02436f1d', timestamp: NOW_SECONDS }],
  ['claims of its own', { claims: 'eyJhIjoiYiJ9.x', timestamp: NOW_SECONDS }],
  ['a delivery signature in a name', { 'l_text:Arial_10:a': 'b/foo.jpg' }],
  ['a delivery signature of a plain transformation', { 'w_100,h_100/private': 'a.jpg' }],
  ['a webhook body in a name', { '{"notification_type":"upload","note":"a': 'b"}1700000000' }],
  ['a webhook body as a name without value', { '{"notification_type":"upload"}1700000000': '' }],
  ['two parameters in one name', { 'notification_url=https://e/?': 'x' }],
  ['two parameters in one value', { tags: 'a&notification_url=https://evil.example' }],
]

const BAD_TIMESTAMPS: readonly unknown[] = [
  0,
  -1,
  1,
  NOW_SECONDS + 901,
  NOW_SECONDS - 901,
  9_999_999_999,
  1e21,
  NOW_SECONDS * 1000,
  NOW_SECONDS + 0.5,
  '0x6553f100',
  ` ${NOW_SECONDS}`,
  `${NOW_SECONDS} `,
  `+${NOW_SECONDS}`,
  `0${NOW_SECONDS}`,
  `${NOW_SECONDS}.0`,
  '1.7e9',
  'now',
  true,
  [NOW_SECONDS, NOW_SECONDS],
  '١٧٠٠٠٠٠٠٠٠',
  'Infinity',
  'NaN',
]

const BAD_NAMES = [
  '',
  ' ',
  'Folder',
  'FOLDER',
  '1folder',
  '_folder',
  'folder ',
  ' folder',
  'fol der',
  'folder\n',
  'folder\u0000',
  'folder[]',
  'folder.x',
  'folder-x',
  'folder=',
  'folder&',
  'folder%26x',
  'földer',
  'ｆolder',
  'fo\u200dlder',
  'folder\u202e',
  'tags[]',
  'tags[0]',
  '$where',
  'a/b',
  'a'.repeat(65),
  'eval=x',
  '&eval',
  '=eval',
  'eager|x',
  '"folder"',
  '{folder}',
  'notification_url\u0000',
  '__proto',
]

const CONTROL_CHARACTERS = [
  '\u0000',
  '\u0001',
  '\u0008',
  '\t',
  '\n',
  '\u000b',
  '\f',
  '\r',
  '\u001b',
  '\u001f',
  '\u007f',
  '\u0080',
  '\u0085',
  '\u009b',
  '\u009f',
]

const NOT_NFC = [
  'e\u0301',
  'A\u030a',
  '\u212b',
  '\u2126',
  '\uf900',
  '\u1100\u1161',
  'o\u0302\u0323',
]

const OTHER_FOLDERS = [
  'users/bob',
  'users/alice/',
  '/users/alice',
  'users//alice',
  'users/alice/x',
  'users/alice/../bob',
  'users/./alice',
  'users/Alice',
  'users/alice ',
  ' users/alice',
  'users/alicе',
  'users/alice\u200b',
  'users%2falice',
  'users\\alice',
  'users',
  '.',
  '..',
  '*',
  'users/alice?x',
  'users/alice#x',
]

const CONTENT_TYPES = [
  '',
  'text/plain',
  'text/plain; application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/jsonp',
  'application/json5',
  'text/json',
  'application/xml',
  'application',
  'json',
  'text/html',
]

const ORIGINS = [
  'https://evil.example',
  'null',
  'http://app.example.evil.example',
  'http://evilapp.example',
  'http://app.example:81',
  'http://app.example/',
  'http://app.example@evil.example',
  'file://',
  'chrome-extension://abc',
  'app.example',
  'http://APP.example.',
  'http://sub.app.example',
]

/** All hostile requests. */
export const HOSTILE_REQUESTS: readonly HostileRequest[] = [
  ...PROTOTYPE_NAMES.map((name) => ({
    title: `preset ${name}`,
    params: { upload_preset: name },
    ...wrongPreset,
  })),
  ...['admin', 'Default', 'default ', 'ml_default'].map((name) => ({
    title: `preset "${name}"`,
    params: { upload_preset: name },
    ...wrongPreset,
  })),
  {
    title: 'preset that this user may not use',
    params: { upload_preset: 'video' },
    ...wrongPreset,
  },
  { title: 'preset as a map', params: { upload_preset: { a: 1 } }, ...malformed },
  ...CLOSED_NAMES.map(({ name, risk }) => ({
    title: `${risk} name ${name}`,
    params: { [name]: 'x' },
    ...notSignable,
  })),
  ...CLOSED_NAMES.map(({ name, risk }) => ({
    title: `${risk} name ${name} in merge mode`,
    params: { [name]: '1' },
    beside: MERGE,
    ...notSignable,
  })),
  ...CLIENT_NAMES_WITHOUT_RULE.map(({ name }) => ({
    title: `name ${name}, without a rule in the policy`,
    params: { [name]: 'x' },
    ...notSignable,
  })),
  ...FORGERIES.flatMap(([title, params]) =>
    [{}, MERGE].map((beside) => ({
      title: `forgery: ${title}${beside === MERGE ? ' in merge mode' : ''}`,
      body: JSON.stringify({ paramsToSign: params, ...beside }),
      ...('upload_preset' in params ? wrongPreset : refused),
    })),
  ),
  ...BAD_TIMESTAMPS.map((timestamp) => ({
    title: `timestamp ${JSON.stringify(timestamp)}`,
    params: { timestamp },
    ...refused,
    issue: 'clock',
  })),
  ...BAD_NAMES.map((name) => ({
    title: `name ${JSON.stringify(name.slice(0, 20))}`,
    params: { [name]: 'x' },
    ...malformed,
  })),
  ...CONTROL_CHARACTERS.map((character) => ({
    title: `control character ${JSON.stringify(character)} in a value`,
    params: { tags: `a${character}b` },
    ...malformed,
  })),
  ...CONTROL_CHARACTERS.map((character) => ({
    title: `control character ${JSON.stringify(character)} in merge mode`,
    params: { tags: `a${character}b` },
    beside: MERGE,
    ...malformed,
  })),
  ...NOT_NFC.map((value) => ({
    title: `value that is not in NFC: ${JSON.stringify(value)}`,
    params: { tags: value },
    ...malformed,
  })),
  ...OTHER_FOLDERS.flatMap((folder) =>
    [{}, MERGE].map((beside) => ({
      title: `folder ${JSON.stringify(folder)}${beside === MERGE ? ' in merge mode' : ''}`,
      params: { folder },
      beside,
      ...refused,
      issue: 'forced',
    })),
  ),
  ...CONTENT_TYPES.map((type) => ({
    title: `content type "${type}"`,
    headers: { 'content-type': type },
    status: 415,
    code: 'content_type_refused',
  })),
  ...ORIGINS.map((origin) => ({
    title: `origin ${origin}`,
    headers: { origin, 'sec-fetch-site': null },
    ...wrongOrigin,
  })),
  { title: 'client-class name without a rule', params: { public_id: 'victim' }, ...notSignable },
  { title: 'context without a rule', params: { context: 'a=b' }, ...notSignable },
  { title: 'name that no action knows', params: { isadmin: '1' }, ...notSignable },
  { title: 'nonce among the parameters', params: { nonce: 'a'.repeat(32) }, ...notSignable },
  { title: 'parameter constructor', params: { constructor: 'x' }, ...notSignable },
  { title: 'parameter toString', params: { toString: 'x' }, ...malformed },
  {
    title: 'parameter __proto__',
    body: `{"paramsToSign":{"timestamp":${NOW_SECONDS},"folder":"users/alice","__proto__":"x"}}`,
    ...malformed,
  },
  { title: 'parameter hasOwnProperty', params: { hasOwnProperty: 'x' }, ...malformed },
  { title: '= in a name', params: { 'notification_url=https://e/?': 'x' }, ...malformed },
  { title: '& in a name', params: { 'a&notification_url': 'x' }, ...malformed },
  {
    title: 'part of a transformation in a name',
    params: { 'l_text:Arial_10:a': 'b/foo.jpg' },
    ...malformed,
  },
  {
    title: 'JSON in a name',
    params: { '{"notification_type":"upload","note":"a': 'b"}1700000000' },
    ...malformed,
  },
  { title: 'upper case in a name', params: { Folder: 'x' }, ...malformed },
  { title: 'empty name', params: { '': 'x' }, ...malformed },
  { title: 'name of 65 characters', params: { ['a'.repeat(65)]: 'x' }, ...malformed },
  {
    title: '& smuggled into a value',
    params: { folder: 'users/alice&notification_url=https://evil.example' },
    ...refused,
    issue: 'forced',
  },
  { title: 'literal %26 in a value', params: { tags: 'a%26b' }, ...malformed },
  { title: "another user's folder", params: { folder: 'users/bob' }, ...refused, issue: 'forced' },
  {
    title: 'folder with ..',
    params: { folder: 'users/alice/../bob' },
    ...refused,
    issue: 'forced',
  },
  { title: 'folder left out', params: { folder: undefined }, ...refused, issue: 'required' },
  { title: 'folder empty', params: { folder: '' }, ...refused, issue: 'required' },
  { title: 'folder null', params: { folder: null }, ...refused, issue: 'required' },
  {
    title: 'folder as a list',
    params: { folder: ['users/alice', 'x'] },
    ...refused,
    issue: 'forced',
  },
  { title: 'object as a value', params: { tags: { a: 1 } }, ...malformed },
  { title: 'nested list as a value', params: { tags: [['a'], 'b'] }, ...malformed },
  { title: 'null in a list', params: { tags: ['a', null] }, ...malformed },
  { title: 'object in a list', params: { tags: [{}] }, ...malformed },
  { title: 'comma in a list item', params: { tags: ['a,b'] }, ...malformed },
  { title: 'NUL in a value', params: { tags: 'a\u0000' }, ...malformed },
  { title: 'line break in a value', params: { tags: 'a\nb' }, ...malformed },
  {
    title: 'half a surrogate pair',
    body: `{"paramsToSign":{"timestamp":${NOW_SECONDS},"folder":"users/alice","tags":"\\ud800"}}`,
    ...malformed,
  },
  { title: 'value in NFD', params: { tags: 'e\u0301' }, ...malformed },
  { title: 'value of 8193 bytes', params: { tags: 'a'.repeat(8193) }, ...malformed },
  {
    title: 'six tags where five are allowed',
    params: { tags: 'a,b,c,d,e,f' },
    ...refused,
    issue: 'too_many',
  },
  {
    title: 'tag of 41 characters',
    params: { tags: 'a'.repeat(41) },
    ...refused,
    issue: 'too_long',
  },
  { title: 'tag outside the pattern', params: { tags: '<b>' }, ...refused, issue: 'no_match' },
  { title: 'empty tag', params: { tags: 'a,,b' }, ...refused, issue: 'malformed' },
  { title: 'another source', params: { source: 'ml' }, ...refused, issue: 'not_allowed' },
  { title: 'no timestamp', params: { timestamp: undefined }, ...refused, issue: 'required' },
  {
    title: 'timestamp 901 s ahead',
    params: { timestamp: NOW_SECONDS + 901 },
    ...refused,
    issue: 'clock',
  },
  {
    title: 'timestamp 901 s behind',
    params: { timestamp: NOW_SECONDS - 901 },
    ...refused,
    issue: 'clock',
  },
  {
    title: 'timestamp in milliseconds',
    params: { timestamp: NOW_SECONDS * 1000 },
    ...refused,
    issue: 'clock',
  },
  {
    title: 'timestamp 9999999999',
    params: { timestamp: 9_999_999_999 },
    ...refused,
    issue: 'clock',
  },
  {
    title: 'timestamp with a fraction',
    params: { timestamp: NOW_SECONDS + 0.5 },
    ...refused,
    issue: 'clock',
  },
  { title: 'timestamp in hex', params: { timestamp: '0x6553f100' }, ...refused, issue: 'clock' },
  {
    title: 'timestamp with a blank',
    params: { timestamp: ` ${NOW_SECONDS}` },
    ...refused,
    issue: 'clock',
  },
  {
    title: 'timestamp as a list',
    params: { timestamp: [NOW_SECONDS, NOW_SECONDS] },
    ...refused,
    issue: 'clock',
  },
  { title: 'timestamp true', params: { timestamp: true }, ...refused, issue: 'clock' },
  {
    title: '65 parameters',
    body: JSON.stringify({
      paramsToSign: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`p${i}`, 'x'])),
    }),
    ...bodyInvalid,
  },
  { title: 'no body', body: '', ...bodyInvalid },
  { title: 'half a body', body: '{"paramsToSign":{', ...bodyInvalid },
  { title: 'JSON null', body: 'null', ...bodyInvalid },
  { title: 'JSON list', body: '[]', ...bodyInvalid },
  { title: 'no paramsToSign', body: '{}', ...bodyInvalid },
  { title: 'paramsToSign null', body: '{"paramsToSign":null}', ...bodyInvalid },
  { title: 'paramsToSign a text', body: '{"paramsToSign":"folder=x"}', ...bodyInvalid },
  { title: 'paramsToSign a list', body: '{"paramsToSign":["folder"]}', ...bodyInvalid },
  {
    title: 'paramsToSign on the prototype',
    body: '{"__proto__":{"paramsToSign":{}}}',
    ...bodyInvalid,
  },
  { title: 'both spellings of paramsToSign', beside: { params_to_sign: {} }, ...bodyInvalid },
  { title: 'unknown accept', beside: { accept: 'signature' }, ...bodyInvalid },
  {
    title: 'nonce of 31 characters',
    beside: { accept: 'params', nonce: 'a'.repeat(31) },
    ...bodyInvalid,
  },
  {
    title: 'nonce in upper case',
    beside: { accept: 'params', nonce: 'A'.repeat(32) },
    ...bodyInvalid,
  },
  { title: 'nonce a list', beside: { accept: 'params', nonce: ['a'.repeat(32)] }, ...bodyInvalid },
  {
    title: 'bytes that are not UTF-8',
    body: new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]),
    ...bodyInvalid,
  },
  {
    title: 'body of 16385 bytes',
    body: `{"paramsToSign":{}}${' '.repeat(16_366)}`,
    status: 413,
    code: 'body_too_large',
  },
  {
    title: 'text/plain',
    headers: { 'content-type': 'text/plain' },
    status: 415,
    code: 'content_type_refused',
  },
  {
    title: 'form post',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    status: 415,
    code: 'content_type_refused',
  },
  {
    title: 'application/jsonp',
    headers: { 'content-type': 'application/jsonp' },
    status: 415,
    code: 'content_type_refused',
  },
  { title: 'PUT', method: 'PUT', status: 405, code: 'method_not_allowed' },
  { title: 'DELETE', method: 'DELETE', status: 405, code: 'method_not_allowed' },
  { title: 'nobody signed in', headers: { cookie: null }, status: 401, code: 'unauthorized' },
  {
    title: 'unknown session',
    headers: { cookie: 'session=mallory' },
    status: 401,
    code: 'unauthorized',
  },
  {
    title: 'page of another site',
    headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    ...wrongOrigin,
  },
  { title: 'origin null', headers: { origin: 'null', 'sec-fetch-site': null }, ...wrongOrigin },
  {
    title: 'origin of another port',
    headers: { origin: 'http://app.example:8080', 'sec-fetch-site': 'same-site' },
    ...wrongOrigin,
  },
  {
    title: 'merge mode with a folder of its own',
    params: { folder: 'users/bob' },
    beside: { accept: 'params' },
    ...refused,
    issue: 'forced',
  },
  {
    title: 'merge mode with limits of its own',
    params: { limits: '{}' },
    beside: { accept: 'params' },
    ...notSignable,
  },
]
