/** Lets visitors who are not signed in upload, with a stated reason and a rate limit. @module */

/** User that `anonymous` passes to a preset's `params` for a visitor. */
export interface AnonymousUser {
  readonly isAnonymous: true
}

/** Options of {@link anonymous}. */
export interface AnonymousOptions {
  /** Reason why nobody has to sign in, for the readers of the code. */
  readonly reason: string
  /** Rate limit of each address. */
  readonly limit: {
    /** Maximum signatures per address and minute, from 1 to 1200. */
    readonly perMinute: number
  }
}

/** Value of the option `authorize` that {@link anonymous} returns. */
export interface Anonymous<User> {
  readonly kind: 'anonymous'
  readonly reason: string
  readonly limit: { readonly perMinute: number }
  readonly user: User
}

/**
 * Lets everybody upload, with a rate limit per address. Returns a value for the option `authorize`.
 *
 * @throws TypeError if the reason or the limit is missing.
 * @example
 * createSignHandler({ authorize: anonymous({ reason: 'guest book', limit: { perMinute: 10 } }), presets })
 */
export function anonymous(options: AnonymousOptions): Anonymous<AnonymousUser> {
  if (typeof options?.reason !== 'string' || options.reason.trim() === '') {
    throw new TypeError('anonymous: reason is required: say why nobody has to sign in')
  }
  const perMinute = options.limit?.perMinute
  if (typeof perMinute !== 'number' || !(perMinute >= 1 && perMinute <= 1200)) {
    throw new TypeError(
      'anonymous: limit.perMinute is required, from 1 to 1200 signatures a minute and address',
    )
  }
  return {
    kind: 'anonymous',
    reason: options.reason,
    limit: { perMinute },
    user: { isAnonymous: true },
  }
}
