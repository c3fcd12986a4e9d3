/** A `Request` that is made when first needed: in Node making one costs more than all that the endpoint does. @module */

import { provideBody, type ReadParts } from '../http/read-body.js'

/** What is known of a request before it is one. */
export interface RequestSource {
  readonly method: string
  readonly headers: Headers
  /** The request itself, made at most once, with the body unread. */
  readonly make: () => Request
  /** The body in parts, for a reader that counts; used at most once, and never after `make`. */
  readonly readParts: ReadParts
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
  const lazy = new LazyRequest(source)
  const request = lazy as unknown as Request
  provideBody(request, () => (LazyRequest.isMade(lazy) ? undefined : source.readParts))
  return request
}

class LazyRequest {
  readonly #source: RequestSource
  #made: Request | undefined

  constructor(source: RequestSource) {
    this.#source = source
  }

  get method(): string {
    return this.#source.method
  }

  get headers(): Headers {
    return this.#source.headers
  }

  static isMade(request: LazyRequest): boolean {
    return request.#made !== undefined
  }

  static real(request: LazyRequest): Request {
    request.#made ??= request.#source.make()
    return request.#made
  }
}

Object.setPrototypeOf(LazyRequest.prototype, Request.prototype)
for (const name of MEMBERS) {
  Object.defineProperty(LazyRequest.prototype, name, {
    get(this: LazyRequest) {
      return Reflect.get(LazyRequest.real(this), name)
    },
  })
}
for (const name of METHODS) {
  Object.defineProperty(LazyRequest.prototype, name, {
    value(this: LazyRequest, ...args: unknown[]) {
      const real = LazyRequest.real(this)
      return Reflect.apply(Reflect.get(real, name), real, args)
    },
  })
}
