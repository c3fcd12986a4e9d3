/** Calls a signing route as the widget does. @module */

import { type Answer, type Ask, asRecord } from './ask.js'

/** Parameter texts by wire name. */
export type Bag = Readonly<Record<string, string>>

/** A signing route, with its answers to the widget's first two requests. */
export interface SigningRoute {
  readonly address: URL
  /** URL path of the route. */
  readonly path: string
  /** File of the route, relative to the app's folder; `undefined` if none was found. */
  readonly file: string | undefined
  /** Answer to `GET`. */
  readonly discovery: Answer
  /** Answer to `POST` with the widget's smallest request. */
  readonly signing: Answer
  /** Parameters of that request, including forced ones. */
  readonly asked: Bag
  /**
   * Requests another signature as the same caller, with `asked` and the given parameters. Values
   * may be any JSON, as an attacker would send.
   */
  readonly sign: (params: Readonly<Record<string, unknown>>) => Promise<Answer>
}

/**
 * Calls a route: `GET`, then `POST`, and `POST` again if the first refusal names forced parameters.
 */
export async function meetRoute(options: {
  readonly ask: Ask
  readonly address: URL
  readonly file: string | undefined
  /** `Cookie` header of a signed-in user; without it, the caller is anonymous. */
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

/**
 * Returns the target of a redirect that only adds or removes the slash at the end, as with Next's `trailingSlash: true`. Browsers repeat
 * the POST there.
 */
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

/** Returns the signature in an answer, or `undefined`. */
export function signatureOf(answer: Answer): string | undefined {
  if (!answer.ok || answer.status !== 200) return undefined
  const signature = answer.json?.signature
  return typeof signature === 'string' && signature !== '' ? signature : undefined
}

/** Returns true if `GET` was answered with our discovery document. */
export function isDescribed({ discovery }: SigningRoute): boolean {
  return discovery.ok && discovery.status === 200 && Number.isInteger(discovery.json?.version)
}

/** Returns our endpoint's error code in an answer. */
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
