/** A `Request` that is made when first needed: in Node making one costs more than all that the endpoint does. @module */

import { type BodyParts, provideBody } from '../read-body.js'

/** What is known of a request before it is one. */
export interface RequestSource {
  readonly method: string
  readonly headers: Headers
  /** The request itself, made at most once, with the body unread. */
  readonly make: () => Request
  /** The body in parts, for a reader that counts; used at most once, and never after `make`. */
  readonly parts: BodyParts
}

// Members that a real request answers for; method and headers are known without one.
const MEMBERS = [
  ...[
    'body',
    'bodyUsed',
    'cache',
    'credentials',
    'destination',
    'duplex',
    'integrity',
    'keepalive',
  ],
  ...['mode', 'redirect', 'referrer', 'referrerPolicy', 'signal', 'url'],
] as const
const METHODS = ['arrayBuffer', 'blob', 'bytes', 'clone', 'formData', 'json', 'text'] as const

/**
 * A request whose headers can be read at once. It is an instance of `Request`; only `new Request(it)` and `fetch(it)` need `it.clone()`.
 */
export function lazyRequest(source: RequestSource): Request {
  let made: Request | undefined
  const real = (): Request => {
    made ??= source.make()
    return made
  }
  const { method, headers } = source
  const request: Request = Object.create(PROTOTYPE, {
    method: { value: method },
    headers: { value: headers },
  })
  REAL.set(request, real)
  provideBody(request, () => (made ? undefined : source.parts))
  return request
}

const REAL = new WeakMap<object, () => Request>()

const PROTOTYPE: object = Object.create(
  Request.prototype,
  Object.fromEntries([
    ...MEMBERS.map((name) => [name, { get: member(name) }]),
    ...METHODS.map((name) => [name, { value: method(name) }]),
  ]),
)

function member(name: (typeof MEMBERS)[number]): (this: object) => unknown {
  return function read() {
    return Reflect.get(realOf(this), name)
  }
}

function method(name: (typeof METHODS)[number]): (this: object, ...args: unknown[]) => unknown {
  return function call(...args) {
    const real = realOf(this)
    return Reflect.apply(Reflect.get(real, name), real, args)
  }
}

function realOf(request: object): Request {
  const real = REAL.get(request)
  if (!real) throw new TypeError('Illegal invocation')
  return real()
}
