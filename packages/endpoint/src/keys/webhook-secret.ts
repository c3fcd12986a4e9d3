/** Reads the secret that signs notifications and seals claims. @module */

import { isSameSecret } from '@countersign/protocol/signature'
import type { Warn } from '../http/logger.js'
import {
  assertSecretsPrivate,
  configInvalid,
  type Environment,
  type Key,
  usableSecret,
} from './keys-from-env.js'

/** The notification secret, or a function that returns it for a request. */
export type WebhookSecret = string | ((request: Request, context?: unknown) => string)

/**
 * Returns the notification secret: the given secret, or else `COUNTERSIGN_WEBHOOK_SECRET`.
 *
 * @param given Secret from the app's option.
 * @param options.neededBy Name of the option that needs the secret, for the message.
 * @throws MediaError CONFIG_INVALID if the secret is missing, a public variable contains the secret, or a key has the same secret.
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
      `No notification secret: ${neededBy} needs COUNTERSIGN_WEBHOOK_SECRET with the secret of the media server`,
    )
  }
  const secret = usableSecret(found, {
    from: given === undefined ? 'COUNTERSIGN_WEBHOOK_SECRET' : 'webhookSecret',
    warn,
  })
  assertSecretsPrivate([{ secret }], environment)
  // A route that signs uploads with this secret could be used to forge notifications.
  const twin = keys.find((key) => isSameSecret(key.secret, secret))
  if (twin) {
    throw configInvalid(`COUNTERSIGN_WEBHOOK_SECRET is also the secret of the key ${twin.id}`)
  }
  return secret
}
