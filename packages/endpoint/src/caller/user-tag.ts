/** Computes the tag that binds uploads to one user: `user_tag` on the wire. @module */

import { digestHex } from '@countersign/protocol/signature'
import { configInvalid } from '../keys/keys-from-env.js'
import type { Authorize } from './authorize-caller.js'

/** Returns the stable key of a user, such as a database id, or `null` for a visitor who is not signed in. */
export type UserKey<User> = (user: User) => string | null

/** Length of a tag in hex digits. */
const TAG_LENGTH = 16

/**
 * Computes the tag of a user: the first 16 hex digits of SHA-256 over the UTF-8 bytes of `<cloud>\n<key>`. Anonymous callers share
 * one tag per cloud, computed from `<cloud>` only. A cloud name contains no line feed, so no key gives the anonymous tag.
 *
 * @param options.userKey Option of the app. @default the user's string `id` or `sub`
 * @throws MediaError CONFIG_INVALID with the option name `userKey` if the user has no key.
 */
export function userTag<User>(
  user: User,
  options: {
    readonly cloudName: string
    readonly authorize: Authorize<User>
    readonly userKey: UserKey<User> | undefined
  },
): string {
  const key = keyOf(user, options)
  const text = key === null ? options.cloudName : `${options.cloudName}\n${key}`
  return digestHex('sha256', text).slice(0, TAG_LENGTH)
}

function keyOf<User>(
  user: User,
  {
    authorize,
    userKey,
  }: { readonly authorize: Authorize<User>; readonly userKey: UserKey<User> | undefined },
): string | null {
  if (typeof authorize !== 'function') return null
  if (!userKey) {
    const key = ownKey(user, 'id') ?? ownKey(user, 'sub')
    if (key !== undefined) return key
    throw configInvalid(
      'Uploads cannot be bound to their user: the user that authorize returns has no string id or sub. Set the option userKey of createSignHandler, for example userKey: (user) => String(user.accountId)',
    )
  }
  const key: unknown = userKey(user)
  if (key === null || isKey(key)) return key
  throw configInvalid(
    `userKey must return a text that is not empty, or null for a visitor who is not signed in. It returned ${key === '' ? 'an empty text' : `a value of the type ${typeof key}`}`,
  )
}

function ownKey(user: unknown, name: 'id' | 'sub'): string | undefined {
  const value: unknown =
    typeof user === 'object' && user !== null ? Reflect.get(user, name) : undefined
  return isKey(value) ? value : undefined
}

function isKey(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
