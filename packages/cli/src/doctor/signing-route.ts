/** One signing route, as the widget meets it. @module */

import { type Answer, type Ask, asRecord } from './ask.js'

/** Wire name to text. */
export type Bag = Readonly<Record<string, string>>

/** A route, with its answers to the widget's first two calls. */
export interface SigningRoute {
  readonly address: URL
  /** Path as people write it. */
  readonly path: string
  /** Its file below the app's folder, where one was found. */
  readonly file: string | undefined
  /** What `GET` answered. */
  readonly discovery: Answer
  /** What `POST` answered to the widget's smallest request. */
  readonly signing: Answer
  /** The parameters of that request, forced ones included. */
  readonly asked: Bag
  /** Ask for another signature, as the same caller: `asked` and these. Values of any JSON form, as a stranger would send. */
  readonly sign: (params: Readonly<Record<string, unknown>>) => Promise<Answer>
}

/** Meet a route: `GET`, then `POST`, once more with what the first refusal says is forced. */
export async function meetRoute(options: {
  readonly ask: Ask
  readonly address: URL
  readonly file: string | undefined
  /** The `Cookie` header of a signed-in user; without one the caller is a stranger. */
  readonly cookie: string | undefined
  readonly nowSeconds: number
}): Promise<SigningRoute> {
  const { ask, file, nowSeconds } = options
  const headers = {
    accept: 'application/json',
    origin: options.address.origin,
    'sec-fetch-site': 'same-origin',
    ...(options.cookie === undefined ? {} : { cookie: options.cookie }),
  }
  const first = await ask(options.address, { headers })
  const moved = slashTarget(first, options.address)
  const address = moved ?? options.address
  const discovery = moved ? await ask(moved, { headers }) : first
  const post = (params: Readonly<Record<string, unknown>>): Promise<Answer> =>
    ask(address, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ paramsToSign: params }),
    })
  let asked: Bag = { timestamp: String(nowSeconds), source: 'uw', ...forcedByDiscovery(discovery) }
  let signing = await post(asked)
  const required = forcedByRefusal(signing)
  if (Object.keys(required).length > 0) {
    asked = { ...asked, ...required }
    signing = await post(asked)
  }
  const base = asked
  return {
    address,
    path: address.pathname,
    file,
    discovery,
    signing,
    asked,
    sign: (params) => post({ ...base, ...params }),
  }
}

/** Where a redirect only adds or removes the slash at the end, as Next's `trailingSlash: true` does: browsers repeat the POST there. */
function slashTarget(answer: Answer, address: URL): URL | undefined {
  const isRepeated = answer.ok && (answer.status === 307 || answer.status === 308)
  const location = isRepeated ? answer.headers.get('location') : null
  if (location === null || !URL.canParse(location, address.href)) return undefined
  const target = new URL(location, address)
  const isSame =
    target.origin === address.origin &&
    target.pathname !== address.pathname &&
    withoutSlash(target.pathname) === withoutSlash(address.pathname)
  return isSame ? target : undefined
}

function withoutSlash(path: string): string {
  return path.replace(/\/+$/, '')
}

/** The signature in an answer, `undefined` where it holds none. */
export function signatureOf(answer: Answer): string | undefined {
  if (!answer.ok || answer.status !== 200) return undefined
  const signature = answer.json?.signature
  return typeof signature === 'string' && signature !== '' ? signature : undefined
}

/** Whether `GET` was answered with our discovery document. */
export function isDescribed({ discovery }: SigningRoute): boolean {
  return discovery.ok && discovery.status === 200 && Number.isInteger(discovery.json?.version)
}

/** Our endpoint's error code in an answer. */
export function errorCodeOf(answer: Answer): string | undefined {
  const code = answer.ok ? asRecord(answer.json?.error)?.code : undefined
  return typeof code === 'string' ? code : undefined
}

function forcedByDiscovery(answer: Answer): Bag {
  const presets = answer.ok ? asRecord(answer.json?.presets) : undefined
  const params = asRecord(asRecord(presets?.default)?.params) ?? {}
  return Object.fromEntries(
    Object.entries(params).flatMap(([name, rule]) => {
      const value = asRecord(rule)?.const
      return value === undefined ? [] : [[name, String(value)]]
    }),
  )
}

function forcedByRefusal(answer: Answer): Bag {
  const issues = answer.ok ? asRecord(answer.json?.error)?.issues : undefined
  const required = (Array.isArray(issues) ? issues : []).flatMap((issue) => {
    const { param, code, expected } = asRecord(issue) ?? {}
    const isForced = code === 'required' || code === 'forced'
    return isForced && typeof param === 'string' && typeof expected === 'string'
      ? [[param, expected] as const]
      : []
  })
  return Object.fromEntries(required)
}
