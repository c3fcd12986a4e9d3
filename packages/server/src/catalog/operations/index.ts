/** All catalog operations by the name of their contract method. @module */

import type { Catalog } from '../catalog.js'
import type { Operation, Queries } from '../operation.js'
import { acceptUpload, acceptWork } from './accepted-uploads.js'
import { listTags } from './asset-tags.js'
import {
  forgetBlobs,
  forgetOrphans,
  listBlobsFrom,
  listDeadBlobs,
  listUnknownBlobs,
  quarantineBlob,
  sightOrphans,
  tallyBlobs,
} from './blob-rows.js'
import {
  addPart,
  destroySession,
  listExpiredSessions,
  listStagedParts,
  openSession,
  readSession,
} from './chunk-sessions.js'
import { commitUpload, readUpload } from './commit-upload.js'
import { redeemDeleteToken } from './delete-tokens.js'
import {
  countDerivatives,
  hasDerivative,
  listDerivatives,
  writeDerivatives,
} from './derivatives.js'
import { destroyAsset } from './destroy-asset.js'
import { editAssets } from './edit-assets.js'
import { claimEvents, readNextDue, releaseClaims, renewClaims } from './event-claims.js'
import { readVersion, releaseVersions } from './kept-versions.js'
import { createKey, listKeys, writeKeyState } from './keys.js'
import {
  destroyMetadataField,
  listMetadataFields,
  orderMetadataFields,
  readMetadataField,
  stripMetadata,
  writeMetadataField,
} from './metadata-fields.js'
import { listEvents, readCompletion, replayEvents } from './outbox-events.js'
import { destroyPreset, listPresets, readPreset, writePreset } from './presets.js'
import { pruneRows } from './prune-rows.js'
import { listAssets, readAsset, readAssetById } from './read-assets.js'
import { renameAsset } from './rename-asset.js'
import { finishEvent, postponeEvent } from './settle-events.js'
import { takeAllowance } from './take-allowance.js'

/** The operation behind a contract method. */
export type OperationOf<Name extends ReadName | WriteName | ListName> = (
  queries: Queries,
  input: Parameters<Catalog[Name]>[0] & {},
) => Operation<Awaited<ReturnType<Catalog[Name]>>>

/** Names of the operations that write. */
export type WriteName =
  | 'commitUpload'
  | 'destroyAsset'
  | 'openSession'
  | 'addPart'
  | 'destroySession'
  | 'writePreset'
  | 'destroyPreset'
  | 'createKey'
  | 'writeKeyState'
  | 'claimEvents'
  | 'renewClaims'
  | 'releaseClaims'
  | 'finishEvent'
  | 'postponeEvent'
  | 'replayEvents'
  | 'renameAsset'
  | 'forgetBlobs'
  | 'sightOrphans'
  | 'forgetOrphans'
  | 'quarantineBlob'
  | 'pruneRows'
  | 'editAssets'
  | 'takeAllowance'
  | 'redeemDeleteToken'
  | 'writeMetadataField'
  | 'orderMetadataFields'
  | 'destroyMetadataField'
  | 'stripMetadata'
  | 'writeDerivatives'
  | 'acceptUpload'
  | 'acceptWork'
  | 'releaseVersions'

/** Names of the operations that read many rows. */
export type ListName =
  | 'listAssets'
  | 'listTags'
  | 'listEvents'
  | 'tallyBlobs'
  | 'listDeadBlobs'
  | 'listUnknownBlobs'
  | 'listBlobsFrom'

/** Names of the operations that read few rows, by an index. */
export type ReadName =
  | 'readUpload'
  | 'readAsset'
  | 'readAssetById'
  | 'readVersion'
  | 'listMetadataFields'
  | 'readMetadataField'
  | 'readSession'
  | 'listStagedParts'
  | 'listExpiredSessions'
  | 'readPreset'
  | 'listPresets'
  | 'listKeys'
  | 'readNextDue'
  | 'readCompletion'
  | 'listDerivatives'
  | 'hasDerivative'
  | 'countDerivatives'

/** Operations that write. They run in a transaction of the single writing connection. */
export const WRITES: { readonly [Name in WriteName]: OperationOf<Name> } = {
  commitUpload,
  destroyAsset,
  openSession,
  addPart,
  destroySession,
  writePreset,
  destroyPreset,
  createKey,
  writeKeyState,
  claimEvents,
  renewClaims,
  releaseClaims,
  finishEvent,
  postponeEvent,
  replayEvents,
  renameAsset,
  forgetBlobs,
  sightOrphans,
  forgetOrphans,
  quarantineBlob,
  pruneRows,
  editAssets,
  takeAllowance,
  redeemDeleteToken,
  writeMetadataField,
  orderMetadataFields,
  destroyMetadataField,
  stripMetadata,
  writeDerivatives,
  acceptUpload,
  acceptWork,
  releaseVersions,
}

/** Operations that read many rows. SQLite runs them in a thread of their own, so that they stall no request. */
export const LISTS: { readonly [Name in ListName]: OperationOf<Name> } = {
  listAssets,
  listTags,
  listEvents,
  tallyBlobs,
  listDeadBlobs,
  listUnknownBlobs,
  listBlobsFrom,
}

/** Operations that read few rows, by an index. SQLite runs them on the main thread, because a thread would cost more than the query. */
export const READS: { readonly [Name in ReadName]: OperationOf<Name> } = {
  readUpload,
  readAsset,
  readAssetById,
  readVersion,
  listMetadataFields,
  readMetadataField,
  readSession,
  listStagedParts,
  listExpiredSessions,
  readPreset,
  listPresets,
  listKeys,
  readNextDue,
  readCompletion,
  listDerivatives,
  hasDerivative,
  countDerivatives,
}
