/** Route for notifications only, for apps whose signing endpoint runs elsewhere. @module */

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
  /** Called after an upload is stored. */
  readonly onUploaded: OnUploaded
  /** Maximum bytes of the value that `onUploaded` returns, as JSON. The server's `COUNTERSIGN_MAX_COMPLETION_BYTES` must be at least as high. @default 4096 */
  readonly maxResultBytes?: number | undefined
  /** Secret that signs notifications. For `target: 'cloudinary'`, the secret of the key that signs them. @default `COUNTERSIGN_WEBHOOK_SECRET`; for `cloudinary`, the keys of the environment */
  readonly secret?: string | undefined
  /** Server that sends the notifications. `cloudinary` verifies `X-Cld-Signature` of the hosted service. @default 'countersign' */
  readonly target?: Target | undefined
  /** Receives warnings and the reason for each response with status 500. @default console */
  readonly logger?: Logger | undefined
  /** Returns the current time in milliseconds. @default Date.now */
  readonly now?: (() => number) | undefined
}

/** Route handler for the server's notifications. */
export interface NotificationHandler {
  readonly POST: RouteHandler
}

/**
 * Creates a route that accepts only the server's notifications. Set `COUNTERSIGN_COMPLETION_URL` of the server to the URL of the route.
 *
 * @throws TypeError if `onUploaded` is missing, or `maxResultBytes` is not a valid number of bytes.
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
 * Returns the secrets that may sign a notification: the notification secret, or for the hosted service the secrets of its keys.
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
  // A key with known scopes signs notifications only if it has the scope webhook.
  return (keys ?? keysFromEnv(environment, warn))
    .filter(({ scopes }) => !scopes || scopes.includes('webhook'))
    .map(({ secret }) => secret)
}
