/** Admin API routes that list, read, create, update and delete metadata fields, and the entries of `enum` and `set` fields. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { FastifyInstance } from 'fastify'
import { authenticateAdmin } from '../access/authenticate-admin.js'
import type {
  DatasourceEntry,
  Direction,
  FieldOrder,
  MetadataField,
} from '../catalog/metadata-fields.js'
import { MAX_CALL_BYTES } from '../http/form/body-reading.js'
import type { WireObject } from '../http/wire-object.js'
import type { Services } from '../services.js'
import { mergeEntries, orderEntries, readEntries, switchEntries } from './data-source.js'
import { changeMetadataField, type FieldChanges } from './read-metadata-field.js'
import {
  createMetadataField,
  destroyMetadataField,
  type FieldReference,
  unknownField,
  updateMetadataField,
} from './write-metadata-fields.js'

interface CloudPath {
  Params: { cloud: string }
}

interface FieldPath {
  Params: { cloud: string; externalId: string }
}

const FIELDS = '/v1_1/:cloud/metadata_fields'
const FIELD: '/v1_1/:cloud/metadata_fields/:externalId' = `${FIELDS}/:externalId`

/** Registers the routes of metadata fields. Bodies are JSON objects, or forms in which a value may be JSON. */
export function registerMetadataFields(app: FastifyInstance): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(
      '*',
      { parseAs: 'string', bodyLimit: MAX_CALL_BYTES },
      async (request: { headers: Record<string, unknown> }, body: string) =>
        parseBody(String(request.headers['content-type'] ?? ''), body),
    )
    // Authenticates before the body is read.
    scope.addHook<CloudPath>('onRequest', async (request) => {
      authenticateAdmin(request.services, request.params.cloud, request.headers.authorization)
    })
    registerFields(scope)
    registerEntries(scope)
  })
}

function registerFields(scope: FastifyInstance): void {
  scope.get<CloudPath>(FIELDS, async ({ services, params }) => {
    const fields = await services.catalog.listMetadataFields({ cloud: params.cloud })
    return { metadata_fields: fields.map(fieldJson) }
  })
  scope.post<CloudPath>(FIELDS, async ({ services, params, body }) =>
    fieldJson(await createMetadataField(services, params.cloud, said(body))),
  )
  scope.get<FieldPath>(FIELD, async ({ services, params }) => {
    const stored = await services.catalog.readMetadataField(params)
    if (!stored) throw unknownField(params.externalId)
    return fieldJson(stored.field)
  })
  scope.put<FieldPath>(FIELD, async ({ services, params, body }) => {
    if (isOrder(params.externalId, said(body))) {
      const fields = await services.catalog.orderMetadataFields({
        cloud: params.cloud,
        orderBy: readFieldOrder(said(body).order_by),
        direction: readDirection(said(body).direction),
        now: services.now(),
      })
      return { metadata_fields: fields.map(fieldJson) }
    }
    const change = (field: MetadataField): MetadataField => changeMetadataField(field, said(body))
    return fieldJson(await updateMetadataField(services, params, change))
  })
  scope.delete<FieldPath>(FIELD, async ({ services, params }) => {
    await destroyMetadataField(services, params)
    return { message: 'ok' }
  })
}

function registerEntries(scope: FastifyInstance): void {
  async function switched(
    services: Services,
    reference: FieldReference,
    { body, isActive }: { readonly body: unknown; readonly isActive: boolean },
  ): Promise<readonly DatasourceEntry[]> {
    const externalIds = readIds(said(body).external_ids)
    const field = await updateMetadataField(services, reference, (held) =>
      switchEntries(held, { externalIds, isActive }),
    )
    return field.datasource
  }
  scope.put<FieldPath>(`${FIELD}/datasource`, async ({ services, params, body }) => {
    const field = await updateMetadataField(services, params, (held) => ({
      ...held,
      datasource: mergeEntries(held.datasource, readEntries(held.type, said(body).values)),
    }))
    return datasourceJson(field.datasource)
  })
  scope.delete<FieldPath>(`${FIELD}/datasource`, async ({ services, params, body }) => {
    const entries = await switched(services, params, { body, isActive: false })
    return datasourceJson(entries.filter((entry) => entry.isActive))
  })
  scope.post<FieldPath>(`${FIELD}/datasource/order`, async ({ services, params, body }) => {
    const { order_by: orderBy, direction } = said(body)
    if (orderBy !== 'value') throw invalidOrder('order_by must be value')
    const field = await updateMetadataField(services, params, (held) => ({
      ...held,
      datasource: orderEntries(held, readDirection(direction)),
    }))
    return datasourceJson(field.datasource)
  })
  scope.post<FieldPath>(`${FIELD}/datasource_restore`, async ({ services, params, body }) =>
    datasourceJson(await switched(services, params, { body, isActive: true })),
  )
}

const FIELD_ORDERS: ReadonlyMap<unknown, FieldOrder> = new Map([
  ['label', 'label'],
  ['external_id', 'externalId'],
  ['created_at', 'createdAt'],
])

// The path that sorts fields is also the path of a field with the id `order`.
function isOrder(externalId: string, changes: FieldChanges): boolean {
  return (
    externalId === 'order' && ['order_by', 'direction'].some((name) => Object.hasOwn(changes, name))
  )
}

function readFieldOrder(value: unknown): FieldOrder {
  const order = FIELD_ORDERS.get(value)
  if (order) return order
  throw invalidOrder(`order_by must be one of ${[...FIELD_ORDERS.keys()].join(', ')}`)
}

function readDirection(value: unknown): Direction {
  if (value === undefined || value === null || value === 'asc') return 'asc'
  if (value === 'desc') return 'desc'
  throw invalidOrder('direction must be asc or desc')
}

function invalidOrder(message: string): MediaError {
  return new MediaError('PARAM_INVALID', { message })
}

function fieldJson(field: MetadataField): WireObject {
  return {
    type: field.type,
    external_id: field.externalId,
    label: field.label,
    mandatory: field.isMandatory,
    default_value: field.defaultValue,
    validation: field.validation,
    restrictions: { readonly_ui: field.isReadonlyInUi },
    default_disabled: field.isDisabledByDefault,
    ...(field.type === 'enum' || field.type === 'set'
      ? { datasource: datasourceJson(field.datasource) }
      : {}),
    allow_dynamic_list_values: field.allowsDynamicValues ?? false,
  }
}

function datasourceJson(entries: readonly DatasourceEntry[]): WireObject {
  return {
    values: entries.map(({ externalId, value, isActive }) => ({
      external_id: externalId,
      value,
      state: isActive ? 'active' : 'inactive',
    })),
  }
}

function readIds(value: unknown): readonly string[] {
  const ids = [value].flat()
  if (ids.length > 0 && ids.every((id) => typeof id === 'string')) return ids as string[]
  throw new MediaError('PARAM_INVALID', { message: 'external_ids must be a list of strings' })
}

function said(body: unknown): FieldChanges {
  return body === undefined || body === null ? {} : (body as FieldChanges)
}

function parseBody(contentType: string, text: string): FieldChanges {
  if (text === '') return {}
  if (/^application\/x-www-form-urlencoded/i.test(contentType)) return parseFormBody(text)
  const body = parseJson(text)
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as FieldChanges
  throw new MediaError('BODY_INVALID', { message: 'The body is not a JSON object' })
}

function parseFormBody(text: string): FieldChanges {
  const form = new URLSearchParams(text)
  const names = [...new Set(form.keys())]
  const values = names.map((name) => {
    const [value = '', ...more] = form.getAll(name)
    if (name.endsWith('[]')) return [name.slice(0, -2), [value, ...more]] as const
    return [name, /^(\{|\[|true$|false$|null$)/.test(value) ? parseJson(value) : value] as const
  })
  return Object.fromEntries(values)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new MediaError('BODY_INVALID', { message: 'The body is not JSON', cause })
  }
}
