/** Options of the signing endpoint. @module */

import type { Authorize, Limit } from '../caller/authorize-caller.js'
import type { LimiterStore } from '../caller/memory-limiter-store.js'
import type { UserKey } from '../caller/user-tag.js'
import { assertMaxResultBytes, type OnUploaded } from '../completion/complete-upload.js'
import type { Claims } from '../completion/seal-claims.js'
import type { AuditEvent } from '../http/answer-call.js'
import type { Logger } from '../http/logger.js'
import type { Key } from '../keys/keys-from-env.js'
import type { WebhookSecret } from '../keys/webhook-secret.js'
import type { Preset, Target } from '../policy/presets.js'
import { quote } from '../policy/rule.js'

/** Options of `createSignHandler`. */
export interface SignHandlerConfig<User> {
  /** Returns the signed-in user, or `null` (or any other falsy value) to answer 401. `anonymous({ reason, limit })` admits everybody. */
  readonly authorize: Authorize<User>
  /** Policies by name; the widget's `uploadPreset` picks one, else `default`. */
  readonly presets: Readonly<Record<string, Preset<User>>>
  /** Keys for runtimes that bind secrets to the request. @default the environment, at the first request */
  readonly keys?:
    | ((request: Request, context?: unknown) => readonly Key[] | Promise<readonly Key[]>)
    | undefined
  /**
   * Lets a key that may also manage assets sign for browsers. By default such a key is ignored; if no other key is left, every request
   * fails with a 500 and a reason in the log. Applies to keys with known scopes: `COUNTERSIGN_KEYS`, `CLOUDINARY_URL` and `keys`.
   * @default false
   */
  readonly allowManageKey?: boolean | undefined
  /** @default `CLOUDINARY_CLOUD_NAME`, `NEXT_PUBLIC_CLOUDINARY_CLOUD_NAME`, the cloud of `CLOUDINARY_URL` */
  readonly cloudName?: string | undefined
  /** Address of the media server. @default `COUNTERSIGN_URL`, `NEXT_PUBLIC_COUNTERSIGN_URL` */
  readonly url?: string | undefined
  /** `cloudinary` signs with SHA-1 and sends no field that the hosted service does not know. @default 'countersign' */
  readonly target?: Target | undefined
  /** Origins that may call besides the endpoint's own, such as `https://app.example.com`. @default [] */
  readonly origins?: readonly string[] | undefined
  /** The app's own limiter of users, in place of 600 signatures a minute in memory. */
  readonly limit?: Limit<User> | undefined
  /** Where limits are counted, for apps of several instances. @default memory of this process */
  readonly limiterStore?: LimiterStore | undefined
  /** What `onUploaded` should hear about the uploader; they can read it. Merge mode and `target: 'countersign'` only. */
  readonly claims?: ((user: User) => Claims | null | undefined) | undefined
  /** Runs on the server when an upload is stored, perhaps twice for one `event.id`; what it returns (JSON) reaches the page. */
  readonly onUploaded?: OnUploaded | undefined
  /** Most bytes of what `onUploaded` returns, as JSON; the server's `COUNTERSIGN_MAX_COMPLETION_BYTES` must allow them, too. @default 4096 */
  readonly maxResultBytes?: number | undefined
  /** Secret of notifications and claims. @default `COUNTERSIGN_WEBHOOK_SECRET`, at the first request */
  readonly webhookSecret?: WebhookSecret | undefined
  /** Returns the caller's address. Limits count an IPv6 address as its /64 network. @default the last entry of `X-Forwarded-For` */
  readonly addressOf?: ((request: Request) => string | undefined) | undefined
  /** Told of every answer. */
  readonly audit?: ((event: AuditEvent) => void) | undefined
  /**
   * Returns the stable key of a user, such as a database id, or `null` for a visitor who is not signed in. The key binds each upload to
   * its user. Required unless users have a string `id` or `sub`: without a key, the widget's first request fails.
   *
   * @default the user's `id`, else the user's `sub`
   */
  readonly userKey?: UserKey<User> | undefined
  /** Where warnings and the reasons of a 500 go. @default console */
  readonly logger?: Logger | undefined
  /** The time in milliseconds. @default Date.now */
  readonly now?: (() => number) | undefined
}

/**
 * Check options as written.
 * @throws TypeError naming the option that is missing or wrong; presets are checked apart.
 */
export function assertSignHandlerConfig<User>(config: SignHandlerConfig<User>): void {
  const authorize: unknown = config?.authorize
  const isAnonymous =
    typeof authorize === 'object' &&
    authorize !== null &&
    'kind' in authorize &&
    authorize.kind === 'anonymous'
  if (typeof authorize !== 'function' && !isAnonymous) {
    throw new TypeError(
      'createSignHandler: authorize is required: a function that returns the user or null, or anonymous({ reason, limit })',
    )
  }
  for (const name of ['claims', 'onUploaded', 'userKey'] as const) {
    if (config[name] !== undefined && typeof config[name] !== 'function') {
      throw new TypeError(`createSignHandler: ${name} must be a function`)
    }
  }
  if (config.allowManageKey !== undefined && typeof config.allowManageKey !== 'boolean') {
    throw new TypeError('createSignHandler: allowManageKey must be true or false')
  }
  assertMaxResultBytes(config.maxResultBytes, 'createSignHandler')
  if (config.limiterStore !== undefined && typeof config.limiterStore?.take !== 'function') {
    throw new TypeError('createSignHandler: limiterStore must have a method take')
  }
  if (
    config.target !== undefined &&
    config.target !== 'countersign' &&
    config.target !== 'cloudinary'
  ) {
    throw new TypeError("createSignHandler: target must be 'countersign' or 'cloudinary'")
  }
  for (const origin of config.origins ?? []) {
    if (!isOrigin(origin)) {
      throw new TypeError(
        `createSignHandler: origins must list origins such as https://app.example.com, not ${quote(String(origin))}`,
      )
    }
  }
}

function isOrigin(text: unknown): boolean {
  if (typeof text !== 'string') return false
  try {
    return new URL(text).origin === text
  } catch {
    return false
  }
}
