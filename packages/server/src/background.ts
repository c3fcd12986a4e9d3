/** Work beside requests: runs the jobs of the outbox, reads the keys again, and runs the hourly upkeep. @module */

import { answerSigner } from './access/answer-signer.js'
import { archiveLane } from './archives/async-archive.js'
import { explicitJson } from './assets/asset-actions.js'
import { eagerJson, uploadJson } from './assets/asset-json.js'
import { explicitLane } from './assets/async-explicit.js'
import type { OutboxEvent } from './catalog/outbox-event.js'
import { deriveLane, type EagerOutcome } from './delivery/derive-eager.js'
import type { WireObject } from './http/wire-object.js'
import type { Lane } from './jobs/lane.js'
import { type Outbox, startOutbox } from './jobs/outbox.js'
import { completionLane } from './notifications/completion-lane.js'
import { eagerLane } from './notifications/eager-lane.js'
import { notificationLane } from './notifications/notification-lane.js'
import type { MediaServerOptions } from './server-options.js'
import type { Services } from './services.js'
import { startCollector } from './upkeep/upkeep-schedule.js'
import { storeLane } from './upload/async-upload.js'

/** The running background work. */
export interface Background {
  readonly outbox: Outbox
  /** Stops the outbox and the upkeep. The services stay open. */
  close(): Promise<void>
}

/** Interval at which keys are read from the catalog, in milliseconds. A revoked key stops working within it. */
const KEY_REFRESH_MS = 5000

/** Starts the background work of a server or a worker. */
export function startBackground(
  services: Services,
  { attemptDelaysSeconds }: Pick<MediaServerOptions, 'attemptDelaysSeconds'>,
): Background {
  const outbox = startOutbox(services, lanesOf(services, attemptDelaysSeconds))
  const refresh = setInterval(() => {
    services.keys
      .refresh()
      .catch((err) => services.log.error({ err }, 'the keys could not be read'))
  }, KEY_REFRESH_MS)
  refresh.unref()
  const collector = startCollector(services)
  return {
    outbox,
    async close() {
      clearInterval(refresh)
      await Promise.all([outbox.close(), collector.close()])
    },
  }
}

function lanesOf(
  services: Services,
  delaysSeconds: readonly number[] | undefined,
): readonly Lane[] {
  const delays = delaysSeconds ? { delaysSeconds } : {}
  const telling = { present: (event: OutboxEvent) => presentUpload(services, event), ...delays }
  return [
    completionLane(services, telling),
    notificationLane(services, telling),
    storeLane(services, delays),
    archiveLane(services, delays),
    explicitLane(services, { present: (result) => explicitJson(services, result), ...delays }),
    deriveLane(services, delays),
    eagerLane(services, ({ asset, payload }) =>
      asset ? eagerJson(services, asset, payload.outcomes as readonly EagerOutcome[]) : [],
    ),
  ]
}

function presentUpload(
  services: Services,
  { asset, payload: { keyId, algorithm } }: OutboxEvent,
): WireObject {
  if (!asset) return {}
  const signer = answerSigner(services, asset.cloud, {
    keyId: String(keyId),
    algorithm: algorithm === 'sha256' ? 'sha256' : 'sha1',
  })
  return uploadJson(services, asset, signer)
}
