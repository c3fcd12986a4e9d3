/** Fixtures of the catalog contract. @module */

import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach } from 'vitest'
import type { Catalog } from '../../../src/catalog/catalog.js'
import type { NewUpload } from '../../../src/catalog/new-upload.js'
import type { EventTopic, NewEvent, OutboxEvent } from '../../../src/catalog/outbox-event.js'

/** Creates an empty catalog of the tested driver. */
export type OpenCatalog = () => Promise<{ catalog: Catalog; destroy(): Promise<void> }>

/** The catalog of the running test. */
export interface TestedCatalog {
  readonly catalog: Catalog
}

export const CLOUD = 'contract'
export const NOW = 1_790_000_000_000

/** Returns a random id. */
export function id(): string {
  return randomBytes(16).toString('hex')
}

/** Returns an upload of a small image. */
export function upload(publicId: string, changes: Partial<NewUpload> = {}): NewUpload {
  return {
    asset: {
      cloud: CLOUD,
      resourceType: 'image',
      deliveryType: 'upload',
      publicId,
      format: 'jpg',
      widthPx: 40,
      heightPx: 30,
      tags: ['a', 'b'],
      context: { alt: 'a cat' },
      extra: {},
      assetFolder: '',
      displayName: publicId,
      originalFilename: 'cat',
    },
    blob: { blobId: id(), bytes: 100, md5: 'd41d8cd98f00b204e9800998ecf8427e' },
    ids: { assetId: id(), versionId: id() },
    overwrite: true,
    now: NOW,
    ...changes,
  }
}

/** Returns the name of an image of the delivery type `upload`. */
export function nameOf(publicId: string) {
  return {
    cloud: CLOUD,
    resourceType: 'image' as const,
    deliveryType: 'upload' as const,
    publicId,
  }
}

/** Opens a catalog before each test of the suite, and destroys it afterwards. */
export function useCatalog(open: OpenCatalog): TestedCatalog {
  let opened: Awaited<ReturnType<OpenCatalog>> | undefined
  beforeEach(async () => {
    opened = await open()
  })
  afterEach(() => opened?.destroy())
  return {
    get catalog() {
      if (!opened) throw new Error('the catalog opens before each test')
      return opened.catalog
    },
  }
}

/** Claims due events. */
export function claimsOf(tested: TestedCatalog) {
  const claim = (topics: readonly EventTopic[], now = NOW): Promise<readonly OutboxEvent[]> =>
    tested.catalog.claimEvents({
      topics,
      now,
      leaseUntil: now + 1000,
      claimedBy: 'contract',
      claimId: id(),
      maxResults: 100,
    })
  return {
    /** Claims all due events of these topics. */
    claim,
    /** Returns the due events of these topics, and leaves them due. */
    async due(topics: readonly EventTopic[], now = NOW) {
      const events = await claim(topics, now)
      await tested.catalog.releaseClaims({ claims: events.map((event) => event.claim), now })
      return events
    },
    /** Claims an event by its id. */
    async claimOf(event: NewEvent, now = NOW) {
      const found = (await claim([event.topic], now)).find(
        ({ eventId }) => eventId === event.eventId,
      )
      if (!found) throw new Error('the event is not due')
      return found.claim
    },
  }
}
