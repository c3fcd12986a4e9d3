/** The scrub: reads stored blobs again, and quarantines those that have changed. @module */

import { createHash } from 'node:crypto'
import type { CheckedBlob } from '../catalog/catalog.js'
import type { Services } from '../services.js'
import { createId } from '../storage/create-id.js'
import { quarantineBlob } from './quarantine-blob.js'

/** Services that the scrub needs. */
export type ScrubServices = Pick<Services, 'catalog' | 'blobs' | 'log' | 'now'>

/** Counts of one scrub. */
export interface Scrubbed {
  readonly read: number
  readonly quarantined: number
}

/**
 * Reads a share of all blobs, starting at a random id, and compares them with their checksums.
 * @param options.share From 0 to 1; at least one blob is read.
 * @param options.from Blob id to start at, 32 hex digits. @default random
 * @param options.signal Aborts the scrub, which then throws the signal's reason.
 */
export async function scrubBlobs(
  services: ScrubServices,
  options: { readonly share: number; readonly from?: string; readonly signal?: AbortSignal },
): Promise<Scrubbed> {
  const { count } = await services.catalog.tallyBlobs({})
  const sample = await takeSample(services, {
    wanted: Math.min(count, Math.max(1, Math.ceil(count * options.share))),
    from: options.from ?? createId(),
  })
  let quarantined = 0
  for (const blob of sample) {
    options.signal?.throwIfAborted()
    const found = await describeBytes(services, blob)
    const expected = `${blob.bytes} bytes, MD5 ${blob.md5}`
    if (found === expected) continue
    quarantined += 1
    const { cloud, blobId } = blob
    await quarantineBlob(services, { cloud, blobId, expected, found })
  }
  services.log.info({ read: sample.length, quarantined }, 'scrubbed')
  return { read: sample.length, quarantined }
}

async function takeSample(
  { catalog }: ScrubServices,
  { wanted, from }: { wanted: number; from: string },
): Promise<readonly CheckedBlob[]> {
  const behind = await catalog.listBlobsFrom({ from, maxResults: wanted })
  if (behind.length >= wanted) return behind
  // After the last id, the scrub continues with the first.
  const before = await catalog.listBlobsFrom({ from: '', maxResults: wanted - behind.length })
  return [...behind, ...before.filter(({ blobId }) => blobId < from)]
}

async function describeBytes({ blobs }: ScrubServices, blob: CheckedBlob): Promise<string> {
  const opened = await blobs.open({ cloud: blob.cloud, blobId: blob.blobId })
  if (!opened) return 'nothing'
  const hash = createHash('md5')
  let bytes = 0
  for await (const chunk of opened.stream()) {
    hash.update(chunk)
    bytes += chunk.length
  }
  return `${bytes} bytes, MD5 ${hash.digest('hex')}`
}
