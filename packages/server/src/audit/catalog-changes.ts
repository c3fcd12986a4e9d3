/** Maps each catalog write to its audit lines, from the result of the write and never from the request. @module */

import type { Asset } from '../catalog/asset.js'
import type { Catalog } from '../catalog/catalog.js'
import type { WriteName } from '../catalog/operations/index.js'
import type { Change } from './audit-trail.js'

/** Returns the changes of one write; none if the write had no effect. */
type Describe<Name extends WriteName> = (
  input: Parameters<Catalog[Name]>[0],
  result: Awaited<ReturnType<Catalog[Name]>>,
) => readonly Change[]

/** Writes that only concern background work. */
const INTERNAL = (): readonly Change[] => []

/** Every write of the catalog. A new write does not compile until it is listed here. */
export const CATALOG_CHANGES: { readonly [Name in WriteName]: Describe<Name> } = {
  commitUpload: (_, done) =>
    // A replayed upload is recorded where its stored answer is sent again.
    done.outcome === 'replayed' || !('asset' in done)
      ? []
      : [assetChange('upload', done.outcome, done.asset)],
  acceptUpload: ({ cloud, event }) => [accepted('upload', cloud, event.payload)],
  acceptWork: ({ cloud, event }) => [accepted(event.topic, cloud, event.payload)],
  addPart: (_, done) =>
    done.outcome === 'conflict'
      ? []
      : [
          {
            action: 'upload',
            outcome: 'part',
            tenant: done.session.cloud,
            target: done.session.publicId,
          },
        ],
  openSession: INTERNAL,
  destroySession: INTERNAL,
  editAssets: (_, done) =>
    done.outcome === 'edited' ? done.assets.map((asset) => assetChange('edit', 'done', asset)) : [],
  renameAsset: (from, done) =>
    done.outcome === 'renamed'
      ? [
          {
            ...assetChange('rename', 'done', done.asset),
            target: from.publicId,
            renamedTo: done.asset.publicId,
          },
        ]
      : [],
  destroyAsset: (_, asset) => (asset ? [assetChange('destroy', 'done', asset)] : []),
  redeemDeleteToken: (_, done) =>
    done.outcome === 'destroyed' ? [assetChange('delete_by_token', 'done', done.asset)] : [],
  releaseVersions: ({ cloud, assetId }, versionIds) =>
    versionIds.map((versionId) => ({
      action: 'release version',
      outcome: 'done',
      tenant: cloud,
      target: versionId,
      assetId,
    })),
  writeDerivatives: ({ cloud, assetId, derivatives }, done) =>
    done === 'written'
      ? [
          {
            action: 'eager',
            outcome: 'ordered',
            tenant: cloud,
            target: derivatives.map(({ transformation }) => transformation).join(' '),
            assetId,
          },
        ]
      : [],
  writeMetadataField: ({ field }, done) =>
    done === 'written'
      ? [
          {
            action: 'metadata field',
            outcome: 'done',
            tenant: field.cloud,
            target: field.externalId,
          },
        ]
      : [],
  destroyMetadataField: ({ cloud, externalId }, isGone) =>
    isGone
      ? [{ action: 'metadata field', outcome: 'done', tenant: cloud, target: externalId }]
      : [],
  orderMetadataFields: (_, fields) =>
    fields.map(({ cloud, externalId }) => ({
      action: 'metadata field',
      outcome: 'done',
      tenant: cloud,
      target: externalId,
    })),
  // The deletion of the field is recorded, and this removes only its values.
  stripMetadata: INTERNAL,
  writePreset: ({ cloud, name }, isWritten) =>
    isWritten ? [{ action: 'preset', outcome: 'done', tenant: cloud, target: name }] : [],
  destroyPreset: ({ cloud, name }, isGone) =>
    isGone ? [{ action: 'preset', outcome: 'done', tenant: cloud, target: name }] : [],
  createKey: ({ cloud, id }) => [{ action: 'key', outcome: 'created', tenant: cloud, target: id }],
  writeKeyState: ({ keyId, state }, isWritten) =>
    isWritten ? [{ action: 'key', outcome: state, target: keyId }] : [],
  replayEvents: (_, eventIds) =>
    eventIds.map((target) => ({ action: 'notification', outcome: 'done', target })),
  quarantineBlob: ({ blobId }) => [{ action: 'quarantine', outcome: 'done', target: blobId }],
  claimEvents: INTERNAL,
  renewClaims: INTERNAL,
  releaseClaims: INTERNAL,
  finishEvent: INTERNAL,
  postponeEvent: INTERNAL,
  takeAllowance: INTERNAL,
  // The collector records one line for each of its passes.
  forgetBlobs: INTERNAL,
  sightOrphans: INTERNAL,
  forgetOrphans: INTERNAL,
  pruneRows: INTERNAL,
}

/** Returns the change of an asset. */
export function assetChange(action: string, outcome: string, asset: Asset): Change {
  const { cloud, assetId, resourceType, deliveryType, publicId } = asset
  return {
    action,
    outcome,
    tenant: cloud,
    target: publicId,
    assetId,
    type: `${resourceType}/${deliveryType}`,
  }
}

function accepted(
  action: string,
  tenant: string,
  { publicId }: Readonly<Record<string, unknown>>,
): Change {
  return {
    action,
    outcome: 'accepted',
    tenant,
    target: typeof publicId === 'string' ? publicId : null,
  }
}
