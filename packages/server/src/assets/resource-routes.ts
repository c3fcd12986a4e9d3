/** Admin API routes that list, read and update assets, and release kept versions. They accept Basic authentication only. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { ResourceType } from '@countersign/protocol/limits'
import type { FastifyInstance } from 'fastify'
import { authenticateAdmin } from '../access/authenticate-admin.js'
import { registerAdminCalls } from '../admin/admin-calls.js'
import { readMaxResults } from '../admin/max-results.js'
import type { Asset, AssetPage, AssetQuery, DeliveryType } from '../catalog/asset.js'
import type { WireObject } from '../http/wire-object.js'
import { isTrue } from '../params/param-values.js'
import type { Services } from '../services.js'
import { releaseVersions } from '../upkeep/release-versions.js'
import { resourceDetailJson, resourceJson, sortedTags } from './asset-json.js'
import { updateAsset } from './update-asset.js'

type Query = Record<string, string | string[] | undefined>

interface ListPath {
  Params: { cloud: string; resourceType: string; deliveryType?: string }
  Querystring: Query
}

interface OnePath {
  Params: { cloud: string; resourceType: string; deliveryType: string; '*': string }
}

/** Registers the Admin API routes for `ping`, resources and tags. */
export function registerResources(app: FastifyInstance, services: Services): void {
  app.get<{ Params: { cloud: string } }>('/v1_1/:cloud/ping', (request) => {
    authenticateAdmin(services, request.params.cloud, request.headers.authorization)
    return { status: 'ok' }
  })
  app.get<{ Params: { cloud: string } }>('/v1_1/:cloud/resources', (request) => {
    authenticateAdmin(services, request.params.cloud, request.headers.authorization)
    return { resource_types: ['image', 'raw', 'video'] }
  })
  for (const path of [
    '/v1_1/:cloud/resources/:resourceType',
    '/v1_1/:cloud/resources/:resourceType/:deliveryType',
  ]) {
    app.get<ListPath>(path, async (request): Promise<WireObject> => {
      const { cloud, resourceType, deliveryType } = request.params
      authenticateAdmin(services, cloud, request.headers.authorization)
      if (/^[0-9a-f]{32}$/.test(resourceType) && !deliveryType) {
        const asset = await services.catalog.readAssetById({ cloud, assetId: resourceType })
        if (!asset) throw notFound(resourceType)
        return describe(services, asset)
      }
      const page = await services.catalog.listAssets(toQuery(request.params, request.query))
      return pageJson(request.query, page)
    })
  }
  app.get<{ Params: { cloud: string; resourceType: string }; Querystring: Query }>(
    '/v1_1/:cloud/tags/:resourceType',
    async (request): Promise<WireObject> => {
      const { cloud } = request.params
      authenticateAdmin(services, cloud, request.headers.authorization)
      const { prefix, cursor, maxResults } = readPage(request.query)
      const page = await services.catalog.listTags({
        cloud,
        resourceType: assertResourceType(request.params.resourceType),
        ...(prefix === undefined ? {} : { prefix }),
        ...(cursor === undefined ? {} : { cursor }),
        maxResults,
      })
      return { tags: page.tags, ...(page.nextCursor ? { next_cursor: page.nextCursor } : {}) }
    },
  )
  app.get<{ Params: { cloud: string; resourceType: string; '*': string }; Querystring: Query }>(
    '/v1_1/:cloud/resources/:resourceType/tags/*',
    async (request): Promise<WireObject> => {
      const { cloud, resourceType, '*': tag } = request.params
      authenticateAdmin(services, cloud, request.headers.authorization)
      const query = toQuery({ cloud, resourceType }, request.query)
      return pageJson(request.query, await services.catalog.listAssets({ ...query, tag }))
    },
  )
  app.get<OnePath>('/v1_1/:cloud/resources/:resourceType/:deliveryType/*', async (request) => {
    const { cloud, resourceType, deliveryType, '*': publicId } = request.params
    authenticateAdmin(services, cloud, request.headers.authorization)
    const asset = await services.catalog.readAsset({
      cloud,
      resourceType: assertResourceType(resourceType),
      deliveryType: deliveryType as DeliveryType,
      publicId,
    })
    if (!asset) throw notFound(publicId)
    return describe(services, asset)
  })
  registerAdminCalls(app, services, (scope, read) => {
    scope.post<OnePath>(
      '/v1_1/:cloud/resources/:resourceType/:deliveryType/*',
      async (request): Promise<WireObject> => {
        const { cloud, resourceType, deliveryType: type, '*': publicId } = request.params
        const key = authenticateAdmin(request.services, cloud, request.headers.authorization)
        const fields = await read(request, cloud)
        const asset = await updateAsset(request.services, {
          key,
          cloud,
          resourceType: assertResourceType(resourceType),
          type,
          publicId,
          fields,
        })
        return describe(services, asset)
      },
    )
    scope.delete<{ Params: { cloud: string; assetId: string } }>(
      '/v1_1/:cloud/resources/backup/:assetId',
      async (request): Promise<WireObject> => {
        const { cloud, assetId } = request.params
        const fields = await read(request, cloud)
        const { released, unknown } = await releaseVersions(
          request.services,
          { cloud, assetId },
          fields,
        )
        const answer = { asset_id: assetId, deleted_version_ids: released }
        if (unknown.length === 0) return answer
        // Not the documented status 207: the official Node SDK treats it as a failure of the whole call.
        const failures = unknown.map((id) => ({ version_id: id, error: 'no_backup' }))
        return { ...answer, failures }
      },
    )
  })

  function pageJson(query: Query, page: AssetPage): WireObject {
    return {
      resources: page.assets.map((asset) => ({
        ...resourceJson(services, asset),
        ...(isTrue(textOf(query.tags)) ? sortedTags(asset) : {}),
        ...(isTrue(textOf(query.context)) && Object.keys(asset.context).length > 0
          ? { context: { custom: asset.context } }
          : {}),
        ...(isTrue(textOf(query.metadata)) && asset.extra.metadata
          ? { metadata: asset.extra.metadata }
          : {}),
      })),
      ...(page.nextCursor ? { next_cursor: page.nextCursor } : {}),
    }
  }
}

async function describe(services: Services, asset: Asset): Promise<WireObject> {
  const { cloud, assetId } = asset
  return resourceDetailJson(
    services,
    asset,
    await services.catalog.listDerivatives({ cloud, assetId }),
  )
}

function toQuery(path: ListPath['Params'], query: Query): AssetQuery {
  const { prefix, cursor, maxResults } = readPage(query)
  const publicIds = [query['public_ids[]'] ?? query.public_ids ?? []].flat()
  const direction = textOf(query.direction)
  return {
    cloud: path.cloud,
    resourceType: assertResourceType(path.resourceType),
    ...(path.deliveryType ? { deliveryType: path.deliveryType as DeliveryType } : {}),
    ...(prefix === undefined ? {} : { prefix }),
    ...(publicIds.length > 0 ? { publicIds } : {}),
    ...(cursor === undefined ? {} : { cursor }),
    ...(direction === undefined ? {} : { direction: /^(asc|1)$/.test(direction) ? 'asc' : 'desc' }),
    maxResults,
  }
}

function readPage(query: Query): {
  prefix: string | undefined
  cursor: string | undefined
  maxResults: number
} {
  return {
    prefix: textOf(query.prefix),
    cursor: textOf(query.next_cursor),
    maxResults: readMaxResults(textOf(query.max_results)),
  }
}

function assertResourceType(text: string): ResourceType {
  if (text === 'image' || text === 'video' || text === 'raw') return text
  throw new MediaError('PARAM_INVALID', { message: `Invalid resource type ${text.slice(0, 32)}` })
}

function textOf(value: string | string[] | undefined): string | undefined {
  const text = Array.isArray(value) ? value[0] : value
  return text === '' ? undefined : text
}

function notFound(name: string): MediaError {
  return new MediaError('ASSET_NOT_FOUND', { message: `Resource not found - ${name}` })
}
