/** Upload presets on the Admin API: list, read, create, replace, delete. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { FastifyInstance } from 'fastify'
import { authenticateAdmin } from '../access/authenticate-admin.js'
import { defaultPreset } from '../access/effective-limits.js'
import { registerAdminCalls } from '../admin/admin-calls.js'
import { readMaxResults } from '../admin/max-results.js'
import { randomName } from '../catalog/random-name.js'
import type { Fields } from '../http/form/fields.js'
import type { WireObject } from '../http/wire-object.js'
import type { Services } from '../services.js'
import { presetJson } from './preset-json.js'
import { readPresetFields } from './preset-settings.js'

interface PresetPath {
  Params: { cloud: string; name: string }
}

/** Registers the Admin API's routes for upload presets. */
export function registerUploadPresets(app: FastifyInstance, services: Services): void {
  app.get<{ Params: { cloud: string }; Querystring: Record<string, string> }>(
    '/v1_1/:cloud/upload_presets',
    async (request): Promise<WireObject> => {
      const { cloud } = request.params
      authenticateAdmin(services, cloud, request.headers.authorization)
      const cursor = request.query.next_cursor
      const page = await services.catalog.listPresets({
        cloud,
        maxResults: readMaxResults(request.query.max_results),
        ...(cursor ? { cursor } : {}),
      })
      return {
        presets: page.presets.map(presetJson),
        ...(page.nextCursor ? { next_cursor: page.nextCursor } : {}),
      }
    },
  )
  app.get<PresetPath>('/v1_1/:cloud/upload_presets/:name', async (request) => {
    const { cloud, name } = request.params
    authenticateAdmin(services, cloud, request.headers.authorization)
    const preset = await services.catalog.readPreset({ cloud, name })
    if (preset) return presetJson(preset)
    if (name === 'default') return presetJson(defaultPreset(cloud))
    throw unknown(name)
  })
  registerAdminCalls(app, services, (scope, read) => {
    scope.delete<PresetPath>('/v1_1/:cloud/upload_presets/:name', async (request) => {
      const { cloud, name } = request.params
      authenticateAdmin(request.services, cloud, request.headers.authorization)
      if (!(await request.services.catalog.destroyPreset({ cloud, name }))) throw unknown(name)
      return { message: 'deleted' }
    })
    scope.post<{ Params: { cloud: string } }>('/v1_1/:cloud/upload_presets', async (request) => {
      const { cloud } = request.params
      const fields = await read(request, cloud)
      const name = await writePreset(request.services, fields, { cloud, replace: false })
      return { message: 'created', name }
    })
    scope.put<PresetPath>('/v1_1/:cloud/upload_presets/:name', async (request) => {
      const { cloud, name } = request.params
      const fields = await read(request, cloud)
      if (!(await services.catalog.readPreset({ cloud, name })) && name !== 'default') {
        throw unknown(name)
      }
      await writePreset(request.services, fields, { cloud, name, replace: true })
      return { message: 'updated' }
    })
  })
}

async function writePreset(
  services: Services,
  fields: Fields,
  target: { cloud: string; name?: string; replace: boolean },
): Promise<string> {
  const name = target.name ?? fields.text('name') ?? randomName(8)
  const preset = await readPresetFields(services, fields, { cloud: target.cloud, name })
  const { replace } = target
  if (await services.catalog.writePreset({ ...preset, replace, now: services.now() })) return name
  throw new MediaError('PRESET_EXISTS', { message: `Upload preset ${name} already exists` })
}

function unknown(name: string): MediaError {
  return new MediaError('ASSET_NOT_FOUND', { message: `Can't find upload preset named ${name}` })
}
