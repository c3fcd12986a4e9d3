/** Loads the server's keys from the configuration and the catalog, and finds them by id or scope. @module */

import { createHash } from 'node:crypto'
import { MediaError } from '@countersign/protocol/errors'
import type { Scope } from '@countersign/protocol/params'
import { isSameSecret, timingSafeEqualText } from '@countersign/protocol/signature'
import type { Catalog } from '../catalog/catalog.js'
import type { Key } from '../catalog/key.js'

/** Finds keys. Revoked keys are not found. */
export interface KeyRing {
  find(keyId: string): Key | undefined
  /** Returns the keys of a cloud that have a scope, oldest first. */
  withScope(cloud: string, scope: Scope): readonly Key[]
  hasCloud(cloud: string): boolean
  /**
   * Returns what a client sent as a key id, as logs and answers may repeat it: at most 64 characters, and never the secret of a key, which
   * clients send by mistake.
   */
  shownId(sent: string): string
  /** Number of keys that verify. */
  readonly size: number
  /** Reads the catalog's keys again. A revoked key stops working then. */
  refresh(): Promise<void>
}

/**
 * Loads the keys.
 * @throws MediaError CONFIG_INVALID if two keys share an id or a secret, or if a key has the webhook secret.
 */
export async function createKeyRing(options: {
  readonly configured: readonly Key[]
  readonly catalog: Pick<Catalog, 'listKeys'>
  /** The webhook secret. No key may have the same secret. @default null */
  readonly webhookSecret?: string | null
}): Promise<KeyRing> {
  let byId = new Map<string, Key>()
  async function refresh(): Promise<void> {
    const keys = [...options.configured, ...(await options.catalog.listKeys())]
    const live = keys.filter((key) => key.state !== 'revoked')
    assertDistinct(live)
    assertNoWebhookSecret(live, options.webhookSecret ?? null)
    byId = new Map(live.map((key) => [key.id, key]))
  }
  await refresh()
  return {
    find: (keyId) => byId.get(keyId),
    withScope: (cloud, scope) =>
      [...byId.values()].filter((key) => key.cloud === cloud && key.scopes.includes(scope)),
    shownId: (sent) => {
      const isSecret = [...byId.values()].some(({ secret }) => timingSafeEqualText(sent, secret))
      return isSecret ? '(the secret of a key)' : sent.slice(0, 64)
    },
    hasCloud: (cloud) => [...byId.values()].some((key) => key.cloud === cloud),
    get size() {
      return byId.size
    },
    refresh,
  }
}

function assertNoWebhookSecret(keys: readonly Key[], webhookSecret: string | null): void {
  if (webhookSecret === null) return
  const twin = keys.find(({ secret }) => isSameSecret(secret, webhookSecret))
  if (!twin) return
  // An app that signs uploads with that key could also be made to sign forged notifications.
  throw new MediaError('CONFIG_INVALID', {
    message: `COUNTERSIGN_WEBHOOK_SECRET is the secret of the API key ${twin.id} too: give it its own`,
  })
}

function assertDistinct(keys: readonly Key[]): void {
  const ids = new Set<string>()
  const secrets = new Map<string, string>()
  for (const { id, secret } of keys) {
    if (ids.has(id)) {
      throw new MediaError('CONFIG_INVALID', { message: `API key ${id} is defined twice` })
    }
    ids.add(id)
    const digest = createHash('sha256').update(secret).digest('hex')
    const twin = secrets.get(digest)
    if (twin !== undefined) {
      // With one secret under two ids, a browser's key could sign for the other key.
      throw new MediaError('CONFIG_INVALID', {
        message: `API keys ${twin} and ${id} have the same secret: give each its own`,
      })
    }
    secrets.set(digest, id)
  }
}
