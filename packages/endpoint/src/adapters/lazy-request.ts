/** A `Request` that is created when first needed. In Node, creating a `Request` takes longer than signing. @module */

import { provideBody, type ReadParts } from '../http/read-body.js'

/** Data of a Node request from which a `Request` can be created. */
export interface RequestSource {
  readonly method: string
  readonly headers: Headers
  /** Creates the request with an unread body. Called at most once. */
  readonly make: () => Request
  /** Reads the body in parts. Called at most once, and never after `make`. */
  readonly readParts: ReadParts
}

// These members need the real request. `method` and `headers` are known without it.
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
 * Creates an instance of `Request` that reads `method` and `headers` without creating the real request. Pass `request.clone()` to
 * `new Request()` and `fetch()`, because they do not accept this object.
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
