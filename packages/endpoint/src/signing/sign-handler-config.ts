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
  /** Returns the signed-in user. Any falsy value, such as `null`, gives 401. `anonymous({ reason, limit })` allows everybody. */
  readonly authorize: Authorize<User>
  /** Presets by name. The `uploadPreset` of the widget selects one. Without it, the preset `default` applies. */
  readonly presets: Readonly<Record<string, Preset<User>>>
  /** Returns the signing keys, for runtimes that pass secrets with each request. @default the keys of the environment, read at the first request */
  readonly keys?:
    | ((request: Request, context?: unknown) => readonly Key[] | Promise<readonly Key[]>)
    | undefined
  /**
   * If true, a key that may also manage assets signs for browsers. By default, the endpoint ignores such a key. If no other key is left,
   * every request fails with a 500, and the log has the reason. Applies to keys with known scopes: `COUNTERSIGN_KEYS`, `CLOUDINARY_URL`
   * and `keys`.
   * @default false
   */
  readonly allowManageKey?: boolean | undefined
  /** Name of the cloud. @default `CLOUDINARY_CLOUD_NAME`, `NEXT_PUBLIC_CLOUDINARY_CLOUD_NAME`, or the cloud in `CLOUDINARY_URL` */
  readonly cloudName?: string | undefined
  /** Address of the media server. @default `COUNTERSIGN_URL` or `NEXT_PUBLIC_COUNTERSIGN_URL` */
  readonly url?: string | undefined
  /** Server that verifies the signatures. `cloudinary` signs with SHA-1 and omits parameters that the hosted service does not know. @default 'countersign' */
  readonly target?: Target | undefined
  /** Further origins whose pages may call the endpoint, such as `https://app.example.com`. @default [] */
  readonly origins?: readonly string[] | undefined
  /** Rate limiter of the app. Replaces the limit of 600 signatures per user and minute. */
  readonly limit?: Limit<User> | undefined
  /** Store of the rate limits. An app with several instances needs a shared store. @default the memory of this process */
  readonly limiterStore?: LimiterStore | undefined
  /** Returns the claims about the uploader that `onUploaded` receives. The uploader can read the claims. For `target: 'countersign'` in merge mode only. */
  readonly claims?: ((user: User) => Claims | null | undefined) | undefined
  /** Called on the server after an upload is stored, possibly more than once for one `event.id`. The page receives the returned JSON value. */
  readonly onUploaded?: OnUploaded | undefined
  /** Maximum bytes of the value that `onUploaded` returns, as JSON. The server's `COUNTERSIGN_MAX_COMPLETION_BYTES` must be at least as high. @default 4096 */
  readonly maxResultBytes?: number | undefined
  /** Secret that signs notifications and claims. @default `COUNTERSIGN_WEBHOOK_SECRET`, read at the first request */
  readonly webhookSecret?: WebhookSecret | undefined
  /** Returns the caller's IP address. Rate limits count an IPv6 address as its /64 network. @default the last entry of `X-Forwarded-For` */
  readonly addressOf?: ((request: Request) => string | undefined) | undefined
  /** Called after every signature, completion and error response. */
  readonly audit?: ((event: AuditEvent) => void) | undefined
  /**
   * Returns the stable key of a user, such as a database id, or `null` for a visitor who is not signed in. The key binds each upload to
   * its user. Required unless users have a string `id` or `sub`. Without a key, the first request of the widget fails.
   *
   * @default the user's `id`, else the user's `sub`
   */
  readonly userKey?: UserKey<User> | undefined
  /** Receives warnings and the reason for each response with status 500. @default console */
  readonly logger?: Logger | undefined
  /** Returns the current time in milliseconds. @default Date.now */
  readonly now?: (() => number) | undefined
}

/**
 * Checks the options of `createSignHandler`, except `presets`.
 * @throws TypeError naming the option that is missing or wrong.
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
