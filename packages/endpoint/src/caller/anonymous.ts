/** Signing for visitors who are not signed in, as a decision that the app writes down. @module */

/** The user that a policy gets for a visitor. */
export interface AnonymousUser {
  readonly isAnonymous: true
}

/** Options of {@link anonymous}. */
export interface AnonymousOptions {
  /** Why nobody has to sign in here, in a sentence for whoever reads the code next. */
  readonly reason: string
  /** How much one address may ask for. */
  readonly limit: {
    /** Signatures a minute and address. */
    readonly perMinute: number
  }
}

/** What {@link anonymous} returns, for `authorize`. */
export interface Anonymous<User> {
  readonly kind: 'anonymous'
  readonly reason: string
  readonly limit: { readonly perMinute: number }
  readonly user: User
}

/**
 * Let everybody upload, within a limit per address.
 *
 * @throws TypeError when the reason or the limit is missing.
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
