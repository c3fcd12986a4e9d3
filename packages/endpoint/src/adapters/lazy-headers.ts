/** A `Headers` object over the headers of a Node request. Creates a real `Headers` only when one is needed, for speed. @module */

/** Headers of a Node request: names in lower case, several values of one name as a list or joined. */
export type NodeHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

const METHODS = [
  'append',
  'delete',
  'entries',
  'forEach',
  'getSetCookie',
  'keys',
  'set',
  'values',
] as const

/** Creates an instance of `Headers` that reads Node's headers directly until a method other than `get` and `has` is called. */
export function lazyHeaders(headers: NodeHeaders): Headers {
  return new LazyHeaders(headers) as unknown as Headers
}

class LazyHeaders {
  readonly #headers: NodeHeaders
  #made: Headers | undefined

  constructor(headers: NodeHeaders) {
    this.#headers = headers
  }

  get(name: string): string | null {
    if (this.#made) return this.#made.get(name)
    const known = name.toLowerCase()
    return Object.hasOwn(this.#headers, known) ? (toText(this.#headers[known]) ?? null) : null
  }

  has(name: string): boolean {
    return this.get(name) !== null
  }

  static real(headers: LazyHeaders): Headers {
    headers.#made ??= toHeaders(headers.#headers)
    return headers.#made
  }
}

Object.setPrototypeOf(LazyHeaders.prototype, Headers.prototype)
for (const name of METHODS) {
  Object.defineProperty(LazyHeaders.prototype, name, {
    value(this: LazyHeaders, ...args: unknown[]) {
      const real = LazyHeaders.real(this)
      return Reflect.apply(Reflect.get(real, name), real, args)
    },
  })
}
Object.defineProperty(LazyHeaders.prototype, Symbol.iterator, {
  value(this: LazyHeaders) {
    return LazyHeaders.real(this).entries()
  },
})

function toHeaders(headers: NodeHeaders): Headers {
  const made = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    const text = toText(value)
    // In HTTP/2, Node lists method and path as headers whose names start with a colon.
    if (text !== undefined && !name.startsWith(':')) made.set(name, text)
  }
  return made
}

function toText(value: string | readonly string[] | undefined): string | undefined {
  return value === undefined || typeof value === 'string' ? value : value.join(', ')
}
