/** Authorizes callers and applies the rate limits per user and per address. @module */

import { parseClientAddress } from '@countersign/protocol/client-address'
import { type ErrorCode, MediaError } from '@countersign/protocol/errors'
import { isNotification } from '../completion/read-notification.js'
import type { FailureLimit } from '../http/answer-call.js'
import type { Target } from '../policy/presets.js'
import type { Anonymous } from './anonymous.js'
import type { Allowance, LimitDecision, LimiterStore } from './memory-limiter-store.js'

/** Returns the signed-in user. Every falsy value means no user and gives 401: `null`, `undefined`, `false`, `''`, `0` and `NaN`. */
export type Authorize<User> =
  | ((request: Request) => Promise<User | null> | User | null)
  | Anonymous<User>

/** Rate limiter of the app: decides whether a user may get another signature. */
export type Limit<User> = (request: Request, user: User) => Promise<LimitDecision> | LimitDecision

/** Counts one call of a user and an address. Throws RATE_LIMITED if a limit is exceeded. */
export type TakeAllowance<User> = (request: Request, user: User) => Promise<void>

const PER_USER_A_MINUTE = 600
const PER_ADDRESS_A_MINUTE = 1200
const FAILURES_A_MINUTE = 60
const MAX_REFUSED = 10_000
const ALLOWED: LimitDecision = { ok: true }

/** Maximum length of an address in a limiter key, in UTF-16 code units. Longer text is cut, because a header can be 16 KB long. */
const MAX_ADDRESS_UNITS = 256

/**
 * Calls the app's `authorize` and returns the user.
 * @throws MediaError UNAUTHORIZED if `authorize` returns a falsy value.
 */
export async function authorizeCaller<User>(
  request: Request,
  authorize: Authorize<User>,
): Promise<User> {
  if (typeof authorize !== 'function') return authorize.user
  const user = await authorize(request)
  // Every falsy value is refused, because `cookies.get('uid') ?? ''` or `Number(undefined)` can stand for a missing user.
  if (!user) {
    throw new MediaError('UNAUTHORIZED', {
      message: 'Sign in first: this endpoint signs uploads for signed-in users only.',
    })
  }
  return user
}

/**
 * Creates the rate limiter for signatures or for discovery. Allows a user 600 and an address 1,200 calls a minute. For signatures, the
 * app's own limiter replaces the limit per user, and `anonymous` sets the limit per address.
 *
 * @param options.counts Kind of call. Signatures and discovery have separate counters.
 * @param options.addressOf Returns the caller's address, or `undefined` if the address is unknown.
 * @param options.alarm Called with the error if the app's limiter or store fails.
 */
export function createAllowance<User>(options: {
  readonly counts: 'signatures' | 'discovery'
  readonly authorize: Authorize<User>
  readonly limit: Limit<User> | undefined
  readonly store: LimiterStore
  readonly addressOf: (request: Request) => string | undefined
  readonly alarm: (error: unknown) => void
}): TakeAllowance<User> {
  const { authorize, limit, store, alarm } = options
  const isAnonymous = typeof authorize !== 'function'
  const isSigning = options.counts === 'signatures'
  const perAddress = isAnonymous && isSigning ? authorize.limit.perMinute : PER_ADDRESS_A_MINUTE
  const prefix = isSigning ? '' : 'discovery:'
  const ask = (take: () => Promise<LimitDecision> | LimitDecision) =>
    askLimit(take, { isAnonymous, alarm })
  const takeOfAddress = (request: Request) => {
    const address = options.addressOf(request)
    // Visitors without an address share one counter. Otherwise, they would have no limit.
    if (address === undefined && !isAnonymous) return ALLOWED
    const key = `${prefix}address:${address ?? 'unknown'}`
    return ask(() => store.take(key, aMinute(perAddress)))
  }
  const takeOfUser = (request: Request, user: User) => {
    if (limit) return ask(() => limit(request, user))
    const userKey = isAnonymous ? undefined : keyOfUser(user)
    if (userKey === undefined) return ALLOWED
    return ask(() => store.take(`${prefix}user:${userKey}`, aMinute(PER_USER_A_MINUTE)))
  }
  return async (request, user) => {
    // For a signed-in user, the user's limit is checked first, so that refused calls do not count for other users of the same address.
    const [first, second] = isAnonymous ? [takeOfAddress, takeOfUser] : [takeOfUser, takeOfAddress]
    assertAllowed(await first(request, user))
    assertAllowed(await second(request, user))
  }
}

/**
 * Creates the limiter of failed requests. Allows an address 60 failures a minute in each {@link FailureKind}, and replaces further errors by
 * RATE_LIMITED. If the store fails, the error is logged and no request is limited.
 *
 * @param options.target Server whose notifications the endpoint receives.
 */
export function createFailureLimit(options: {
  readonly store: LimiterStore
  readonly addressOf: (request: Request) => string | undefined
  readonly target: Target
  readonly now: () => number
  readonly alarm: (error: unknown) => void
}): FailureLimit {
  const { store, addressOf, target, now, alarm } = options
  const refusedUntilMs = new Map<string, number>()
  return {
    async count(request, error) {
      const address = addressOf(request)
      if (address === undefined) return error
      const key = `failures:${kindOf(request, error, target)}:${address}`
      const leftMs = (refusedUntilMs.get(key) ?? 0) - now()
      // The store is not called while the address is refused, so that a flood of failures causes no flood of writes.
      if (leftMs > 0) return tooMany(leftMs / 1000)
      refusedUntilMs.delete(key)
      const allowance = aMinute(FAILURES_A_MINUTE)
      const take = () => store.take(key, allowance)
      const decision = await askLimit(take, { isAnonymous: false, alarm })
      if (decision.ok) return error
      const refusal = tooMany(decision.retryAfterSeconds)
      refusedUntilMs.set(key, now() + Number(refusal.details.retryAfterSeconds) * 1000)
      forgetFirst(refusedUntilMs, MAX_REFUSED)
      return refusal
    },
  }
}

/**
 * Kind of failed caller: a page of another site, a sender of notifications, a caller who is not signed in, or a signed-in caller.
 * Each kind has its own counter, so that no kind uses up the failures of another.
 */
type FailureKind = 'origin' | 'notification' | 'caller' | 'user'

const BEFORE_SIGN_IN: ReadonlySet<ErrorCode> = new Set(['UNAUTHORIZED', 'METHOD_NOT_ALLOWED'])

function kindOf(request: Request, error: unknown, target: Target): FailureKind {
  const code = error instanceof MediaError ? error.code : undefined
  if (code === 'ORIGIN_REFUSED') return 'origin'
  if (isNotification(request.headers, target)) return 'notification'
  return code === undefined || BEFORE_SIGN_IN.has(code) ? 'caller' : 'user'
}

function forgetFirst(map: Map<string, unknown>, maxSize: number): void {
  const first = map.keys().next()
  if (map.size > maxSize && !first.done) map.delete(first.value)
}

/**
 * Creates the function that returns a caller's network: an IPv4 address, or the /64 network of an IPv6 address. Rate limits count all
 * callers of one network together. The function returns `undefined` if the address is unknown.
 *
 * @param addressOf Function of the app. Text that is not an IP address is used unchanged, up to 256 characters. @default the last entry of `X-Forwarded-For`
 */
export function callerNetwork(
  addressOf: ((request: Request) => string | undefined) | undefined,
): (request: Request) => string | undefined {
  if (!addressOf) return networkFromHeaders
  return (request) => {
    const text = addressOf(request)
    return text
      ? (parseClientAddress(text)?.network ?? text.slice(0, MAX_ADDRESS_UNITS))
      : undefined
  }
}

// The proxy wrote the last entry. The caller may have written the entries before it.
function networkFromHeaders(request: Request): string | undefined {
  const forwarded = request.headers.get('x-forwarded-for')
  if (!forwarded) return undefined
  return parseClientAddress(forwarded.slice(forwarded.lastIndexOf(',') + 1))?.network
}

/** Calls a limiter. Returns its decision directly, without a promise, if the limiter is synchronous. */
function askLimit(
  ask: () => Promise<LimitDecision> | LimitDecision,
  options: { readonly isAnonymous: boolean; readonly alarm: (error: unknown) => void },
): Promise<LimitDecision> | LimitDecision {
  const onFailure = (error: unknown): LimitDecision => {
    options.alarm(error)
    // If the limiter fails, signed-in users are allowed and anonymous requests are refused.
    return options.isAnonymous ? { ok: false, retryAfterSeconds: 30 } : ALLOWED
  }
  try {
    const decision = ask()
    return 'ok' in decision ? decision : Promise.resolve(decision).catch(onFailure)
  } catch (error) {
    return onFailure(error)
  }
}

function assertAllowed(decision: LimitDecision): void {
  if (!decision.ok) throw tooMany(decision.retryAfterSeconds)
}

function tooMany(seconds = 60): MediaError {
  const retryAfterSeconds = Math.max(1, Math.ceil(seconds))
  return new MediaError('RATE_LIMITED', {
    message: `Too many requests at once. Try again in ${retryAfterSeconds} s.`,
    details: { retryAfterSeconds },
  })
}

function aMinute(limit: number): Allowance {
  return { limit, windowSeconds: 60 }
}

function keyOfUser(user: unknown): string | undefined {
  const id = typeof user === 'object' && user !== null && 'id' in user ? user.id : user
  return typeof id === 'string' || typeof id === 'number' || typeof id === 'bigint'
    ? `${typeof id}:${id}`
    : undefined
}
