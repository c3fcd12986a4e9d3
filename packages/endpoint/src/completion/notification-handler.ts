/** Completion in a route of its own, for apps whose signing endpoint lives elsewhere. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { Answer } from '../http/answer.js'
import { answerCall, type Call, type RouteHandler } from '../http/answer-call.js'
import { type Logger, type Warn, warnerOf } from '../http/logger.js'
import { type Environment, type Key, keysFromEnv, readEnvironment } from '../keys/keys-from-env.js'
import { readWebhookSecret } from '../keys/webhook-secret.js'
import type { Target } from '../policy/presets.js'
import { assertMaxResultBytes, completeUpload, type OnUploaded } from './complete-upload.js'
import { isNotification, readNotification } from './read-notification.js'

/** Options of {@link createNotificationHandler}. */
export interface NotificationHandlerConfig {
  /** The app's part of an upload. */
  readonly onUploaded: OnUploaded
  /** Most bytes of what `onUploaded` returns, as JSON; the server's `COUNTERSIGN_MAX_COMPLETION_BYTES` must allow them, too. @default 4096 */
  readonly maxResultBytes?: number | undefined
  /** The notification secret; with `target: 'cloudinary'` the secret of the key that signs notifications. @default `COUNTERSIGN_WEBHOOK_SECRET`; for `cloudinary` the keys of the environment */
  readonly secret?: string | undefined
  /** `cloudinary` checks `X-Cld-Signature`, the hosted service's own scheme. @default 'countersign' */
  readonly target?: Target | undefined
  /** Where warnings and the reasons of a 500 go. @default console */
  readonly logger?: Logger | undefined
  /** The time in milliseconds. @default Date.now */
  readonly now?: (() => number) | undefined
}

/** A route that takes the server's notifications. */
export interface NotificationHandler {
  readonly POST: RouteHandler
}

/**
 * Make a route that takes the server's notifications and nothing else; `COUNTERSIGN_COMPLETION_URL` of the server leads to it.
 *
 * @throws TypeError when `onUploaded` is missing, or `maxResultBytes` is no number that a server takes.
 * @example
 * export const { POST } = createNotificationHandler({
 *   onUploaded: async (asset, claims) => ({ photoId: await savePhoto(asset, claims) }),
 * })
 */
export function createNotificationHandler(config: NotificationHandlerConfig): NotificationHandler {
  if (typeof config?.onUploaded !== 'function') {
    throw new TypeError('createNotificationHandler: onUploaded must be a function')
  }
  assertMaxResultBytes(config.maxResultBytes, 'createNotificationHandler')
  const { target = 'countersign', logger = console, now = Date.now } = config
  const warn = warnerOf(logger)
  let environment: Environment | undefined
  const route = async ({ request, stamp }: Call): Promise<Answer> => {
    if (request.method !== 'POST') {
      throw new MediaError('METHOD_NOT_ALLOWED', {
        message: 'Use POST.',
        details: { allow: 'POST' },
      })
    }
    if (!isNotification(request.headers, target)) {
      throw new MediaError('SIGNATURE_MISMATCH', {
        message: 'This route takes signed notifications only.',
      })
    }
    environment ??= readEnvironment(warn)
    const secrets = config.secret
      ? [config.secret]
      : notificationSecrets({ target, environment, warn, neededBy: 'createNotificationHandler' })
    const notification = await readNotification(request, {
      target,
      secrets,
      nowSeconds: stamp.nowSeconds,
    })
    const secret = target === 'countersign' ? secrets[0] : undefined
    const { onUploaded, maxResultBytes } = config
    return completeUpload(notification, { onUploaded, secret, maxResultBytes })
  }
  return { POST: answerCall(route, { logger, now, audit: () => undefined }) }
}

/**
 * The secrets that a notification may be signed with: our own, or those of the hosted service's keys.
 * @throws MediaError CONFIG_INVALID naming the variable that is missing.
 */
export function notificationSecrets(options: {
  readonly target: Target
  readonly environment: Environment
  readonly warn: Warn
  readonly neededBy: string
  readonly given?: string | undefined
  readonly keys?: readonly Key[] | undefined
}): readonly string[] {
  const { target, environment, warn, neededBy, given, keys } = options
  if (target === 'countersign') {
    return [readWebhookSecret(given, { environment, warn, neededBy, ...(keys ? { keys } : {}) })]
  }
  // Keys of known scopes sign notifications only with the scope for it.
  return (keys ?? keysFromEnv(environment, warn))
    .filter(({ scopes }) => !scopes || scopes.includes('webhook'))
    .map(({ secret }) => secret)
}
