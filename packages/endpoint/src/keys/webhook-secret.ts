/** The secret that notifications are signed with, and claims sealed. @module */

import { isSameSecret } from '@countersign/protocol/signature'
import type { Warn } from '../http/logger.js'
import {
  assertSecretsPrivate,
  configInvalid,
  type Environment,
  type Key,
  usableSecret,
} from './keys-from-env.js'

/** Where the secret comes from before the environment. */
export type WebhookSecret = string | ((request: Request, context?: unknown) => string)

/**
 * The notification secret: the option's, else `COUNTERSIGN_WEBHOOK_SECRET`.
 *
 * @param given What the app's option is or returned.
 * @param options.neededBy The option that needs it, for the message.
 * @throws MediaError CONFIG_INVALID naming the variable when there is none, when a page sees it, or when a key signs with it too.
 */
export function readWebhookSecret(
  given: string | undefined,
  options: {
    readonly environment: Environment
    readonly warn: Warn
    readonly neededBy: string
    readonly keys?: readonly Key[]
  },
): string {
  const { environment, warn, neededBy, keys = [] } = options
  const found = given?.trim() ?? environment.values.get('COUNTERSIGN_WEBHOOK_SECRET')
  if (found === undefined) {
    throw configInvalid(
      `No notification secret: ${neededBy} needs COUNTERSIGN_WEBHOOK_SECRET, the one that the media server has`,
    )
  }
  const secret = usableSecret(found, {
    from: given === undefined ? 'COUNTERSIGN_WEBHOOK_SECRET' : 'webhookSecret',
    warn,
  })
  assertSecretsPrivate([{ secret }], environment)
  // One purpose, one secret: a route that signs with it could write notifications.
  const twin = keys.find((key) => isSameSecret(key.secret, secret))
  if (twin) {
    throw configInvalid(`COUNTERSIGN_WEBHOOK_SECRET is also the secret of the key ${twin.id}`)
  }
  return secret
}
