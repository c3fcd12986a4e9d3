/** Who is asking, and how often they may. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { Anonymous } from './anonymous.js'
import { createRateLimiter, type LimitDecision } from './rate-limiter.js'

/** The app's answer to who is asking; `null` is 401. */
export type Authorize<User> =
  | ((request: Request) => Promise<User | null> | User | null)
  | Anonymous<User>

/** The app's own limiter. */
export type Limit<User> = (request: Request, user: User) => Promise<LimitDecision> | LimitDecision

/** Takes one call from a user's and an address's allowance. */
export type TakeAllowance<User> = (request: Request, user: User) => Promise<void>

const PER_USER_A_MINUTE = 600
const PER_ADDRESS_A_MINUTE = 1200

/**
 * Ask the app who is calling.
 * @throws MediaError UNAUTHORIZED when it knows nobody.
 */
export async function authorizeCaller<User>(
  request: Request,
  authorize: Authorize<User>,
): Promise<User> {
  if (typeof authorize !== 'function') return authorize.user
  const user: User | null | undefined | false = await authorize(request)
  if (user === null || user === undefined || user === false) {
    throw new MediaError('UNAUTHORIZED', {
      message: 'Sign in first: this endpoint signs uploads for signed-in users only.',
    })
  }
  return user
}

/**
 * The limiter of one handler: the app's, or 600 a minute and user and 1,200 a minute and address in memory.
 *
 * @param options.addressOf The caller's address; `undefined` where it cannot be known.
 * @param options.alarm Told when the app's limiter fails.
 */
export function createAllowance<User>(options: {
  readonly authorize: Authorize<User>
  readonly limit: Limit<User> | undefined
  readonly addressOf: (request: Request) => string | undefined
  readonly now: () => number
  readonly alarm: (error: unknown) => void
}): TakeAllowance<User> {
  const { authorize, limit } = options
  const isAnonymous = typeof authorize !== 'function'
  const perAddress = createRateLimiter({
    perMinute: isAnonymous ? authorize.limit.perMinute : PER_ADDRESS_A_MINUTE,
  })
  const perUser = createRateLimiter({ perMinute: PER_USER_A_MINUTE })
  return async (request, user) => {
    const nowMs = options.now()
    const address = options.addressOf(request)
    // Visitors without an address share one allowance, since nothing else bounds them.
    if (address !== undefined || isAnonymous)
      assertAllowed(perAddress.take(address ?? 'unknown', nowMs))
    const userKey = isAnonymous ? undefined : keyOfUser(user)
    if (limit)
      assertAllowed(
        await askLimit(() => limit(request, user), { isAnonymous, alarm: options.alarm }),
      )
    else if (userKey !== undefined) assertAllowed(perUser.take(userKey, nowMs))
  }
}

/** The address nearest to the app that a proxy wrote down: earlier entries are the caller's own claim. */
export function addressFromHeaders(request: Request): string | undefined {
  const forwarded = request.headers.get('x-forwarded-for')?.split(',').at(-1)?.trim()
  return forwarded || undefined
}

async function askLimit(
  ask: () => Promise<LimitDecision> | LimitDecision,
  options: { readonly isAnonymous: boolean; readonly alarm: (error: unknown) => void },
): Promise<LimitDecision> {
  try {
    return await ask()
  } catch (error) {
    options.alarm(error)
    // A limiter that is down closes for visitors and stays open for known users.
    return options.isAnonymous ? { ok: false, retryAfterSeconds: 30 } : { ok: true }
  }
}

function assertAllowed(decision: LimitDecision): void {
  if (decision.ok) return
  const retryAfterSeconds = Math.max(1, Math.ceil(decision.retryAfterSeconds ?? 60))
  throw new MediaError('RATE_LIMITED', {
    message: `Too many uploads at once. Try again in ${retryAfterSeconds} s.`,
    details: { retryAfterSeconds },
  })
}

function keyOfUser(user: unknown): string | undefined {
  const id = typeof user === 'object' && user !== null && 'id' in user ? user.id : user
  return typeof id === 'string' || typeof id === 'number' || typeof id === 'bigint'
    ? `${typeof id}:${id}`
    : undefined
}
