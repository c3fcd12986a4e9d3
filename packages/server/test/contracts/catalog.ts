/** Test suite for every catalog driver. @module */

import { describe } from 'vitest'
import { blobsContract } from './catalog/blobs.js'
import { chunkSessionsContract } from './catalog/chunk-sessions.js'
import { derivativesContract } from './catalog/derivatives.js'
import { editsContract } from './catalog/edits.js'
import { eventsContract } from './catalog/events.js'
import type { OpenCatalog } from './catalog/fixtures.js'
import { keysAndLimitsContract } from './catalog/keys-and-limits.js'
import { listsContract } from './catalog/lists.js'
import { uploadsContract } from './catalog/uploads.js'

/** Runs the suite on a driver. `open` creates an empty catalog. */
export function runCatalogContract(name: string, open: OpenCatalog): void {
  describe(`catalog contract of ${name}: uploads`, () => uploadsContract(open))
  describe(`catalog contract of ${name}: blobs`, () => blobsContract(open))
  describe(`catalog contract of ${name}: lists`, () => listsContract(open))
  describe(`catalog contract of ${name}: edits`, () => editsContract(open))
  describe(`catalog contract of ${name}: chunk sessions`, () => chunkSessionsContract(open))
  describe(`catalog contract of ${name}: keys and limits`, () => keysAndLimitsContract(open))
  describe(`catalog contract of ${name}: events`, () => eventsContract(open))
  describe(`catalog contract of ${name}: derivatives`, () => derivativesContract(open))
}
