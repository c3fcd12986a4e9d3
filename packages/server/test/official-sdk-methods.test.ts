/**
 * Calls every method of the official Node SDK against a running server. The list of methods comes from the package, so a method of a new
 * version fails here until its expected answer is added.
 */

import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadOfficialSdk } from './official-sdk.js'
import { createQuadrants } from './pictures.js'
import { type RunningServer, startTestServer } from './running-server.js'

type Call = () => Promise<unknown>
/** Expected answer to a method: members of the answer, or the text of the refusal. */
type Row = readonly [method: string, call: Call, answer: object | string | RegExp]

let running: RunningServer
let folder: string
let photo: string
let large: string
let sdk: ReturnType<typeof loadOfficialSdk>
let photoBytes: Buffer

beforeAll(async () => {
  running = await startTestServer()
  folder = await mkdtemp(join(tmpdir(), 'countersign-methods-'))
  photo = join(folder, 'photo.png')
  large = join(folder, 'large.bin')
  photoBytes = await createQuadrants({ widthPx: 40, heightPx: 30 })
  await writeFile(photo, photoBytes)
  await writeFile(large, randomBytes(5_100_000))
  sdk = loadOfficialSdk(running.address)
  const first = await sdk.uploader.upload(photo, { public_id: 'first', tags: 'seen' })
  assetId = first.asset_id
  await sdk.api.create_upload_preset({ name: 'open', unsigned: true, tags: 'unsigned' })
  const values = [{ external_id: 'r', value: 'red' }]
  for (const [id, type, more] of [
    ['count', 'integer', {}],
    ['colour', 'enum', { datasource: { values } }],
    ['gone', 'string', {}],
  ]) {
    await sdk.api.add_metadata_field({ external_id: id, label: id, type, ...Object(more) })
  }
})
afterAll(async () => {
  await rm(folder, { recursive: true })
  await running.close()
})

let assetId: string
const CHUNK = { chunk_size: 5_000_000 }
const PIXELS = { width: 40, height: 30, format: 'png' }

/** Calls a method that takes a callback and returns a writable stream, and writes a file to the stream. */
function streamed(
  method: string,
  path: () => string,
  ...args: readonly unknown[]
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const stream = sdk.uploader[method](...args, (error: unknown, result: unknown) =>
      error ? reject(error) : resolve(result),
    )
    pipeline(createReadStream(path()), stream).catch(reject)
  })
}

/** Calls a method that reads a file itself and answers only through its callback. */
function called(method: string, ...args: readonly unknown[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    sdk.uploader[method](...args, (error: unknown, result: unknown) =>
      error ? reject(error) : resolve(result),
    )
  })
}

/** Submits a form that the SDK created, with a file, as a browser would. */
async function submit(url: string, fields: Record<string, unknown>): Promise<unknown> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, String(value))
  form.append('file', new Blob([new Uint8Array(photoBytes)]), 'photo.png')
  return answerOf(await fetch(url, { method: 'POST', body: form }))
}

async function submitTag(html: string): Promise<unknown> {
  const attribute = (name: string) =>
    (new RegExp(`${name}='([^']*)'`).exec(html)?.[1] ?? '')
      .replaceAll('&#34;', '"')
      .replaceAll('&amp;', '&')
  return submit(attribute('data-url'), JSON.parse(attribute('data-form-data')))
}

async function answerOf(response: Response): Promise<unknown> {
  const json = (await response.json()) as { error?: { message: string } }
  if (json.error) throw json.error
  return json
}

const UPLOADER: readonly Row[] = [
  ['upload', () => sdk.uploader.upload(photo, { public_id: 'second' }), PIXELS],
  ['unsigned_upload', () => sdk.uploader.unsigned_upload(photo, 'open'), { tags: ['unsigned'] }],
  ['upload_stream', () => streamed('upload_stream', () => photo, {}), PIXELS],
  [
    'unsigned_upload_stream',
    () => streamed('unsigned_upload_stream', () => photo, 'open', {}),
    { ...PIXELS, tags: ['unsigned'] },
  ],
  [
    'upload_large',
    () => called('upload_large', large, { ...CHUNK }),
    { done: true, bytes: 5_100_000, resource_type: 'raw' },
  ],
  [
    'upload_chunked',
    () => called('upload_chunked', large, { ...CHUNK, resource_type: 'raw' }),
    { done: true, bytes: 5_100_000 },
  ],
  [
    'upload_chunked_stream',
    () => streamed('upload_chunked_stream', () => large, { ...CHUNK, resource_type: 'raw' }),
    { done: true, bytes: 5_100_000 },
  ],
  [
    'explicit',
    () => sdk.uploader.explicit('first', { type: 'upload', context: 'a=b' }),
    { public_id: 'first', context: { custom: { a: 'b' } } },
  ],
  ['add_tag', () => sdk.uploader.add_tag('more', ['first']), { public_ids: ['first'] }],
  ['remove_tag', () => sdk.uploader.remove_tag('more', ['first']), { public_ids: ['first'] }],
  ['replace_tag', () => sdk.uploader.replace_tag('seen', ['first']), { public_ids: ['first'] }],
  ['remove_all_tags', () => sdk.uploader.remove_all_tags(['none']), { public_ids: [] }],
  ['add_context', () => sdk.uploader.add_context('c=d', ['first']), { public_ids: ['first'] }],
  [
    'remove_all_context',
    () => sdk.uploader.remove_all_context(['first']),
    { public_ids: ['first'] },
  ],
  [
    'update_metadata',
    () => sdk.uploader.update_metadata({ count: 3 }, ['first']),
    { public_ids: ['first'] },
  ],
  [
    'create_archive',
    () => sdk.uploader.create_archive({ tags: 'seen', target_format: 'tgz' }),
    { resource_type: 'raw', tags: [], resource_count: 1, file_count: 1 },
  ],
  [
    'create_zip',
    () => sdk.uploader.create_zip({ public_ids: ['first'], target_tags: ['b', 'a'] }),
    { resource_type: 'raw', tags: ['b', 'a'], file_count: 1 },
  ],
  [
    'upload_url',
    () => submit(sdk.uploader.upload_url(), JSON.parse(sdk.uploader.upload_tag_params())),
    PIXELS,
  ],
  [
    'upload_tag_params',
    () =>
      submit(
        sdk.uploader.upload_url({ resource_type: 'image' }),
        JSON.parse(sdk.uploader.upload_tag_params({ tags: ['z', 'y'] })),
      ),
    { ...PIXELS, tags: ['z', 'y'] },
  ],
  ['image_upload_tag', () => submitTag(sdk.uploader.image_upload_tag('photo')), PIXELS],
  [
    'unsigned_image_upload_tag',
    () => submitTag(sdk.uploader.unsigned_image_upload_tag('photo', 'open')),
    { ...PIXELS, tags: ['unsigned'] },
  ],
  [
    'direct_upload',
    () => {
      const { hidden_fields: fields, form_attrs: form } = sdk.uploader.direct_upload(
        'https://app.example/done',
      )
      return submit(form.action, fields)
    },
    'callback is not supported',
  ],
  [
    'rename',
    () => sdk.uploader.rename('second', 'third'),
    { public_id: 'third', ...PIXELS, tags: [] },
  ],
  ['destroy', () => sdk.uploader.destroy('third'), { result: 'ok' }],
  ['text', () => sdk.uploader.text('hello'), 'text is not supported'],
  ['generate_sprite', () => sdk.uploader.generate_sprite('seen'), 'sprite is not supported'],
  ['multi', () => sdk.uploader.multi('seen'), 'multi is not supported'],
  ['explode', () => sdk.uploader.explode('first', { page: 'all' }), 'explode is not supported'],
  [
    'download_generated_sprite',
    async () => answerOf(await fetch(sdk.uploader.download_generated_sprite('seen'))),
    'sprite is not supported',
  ],
  [
    'download_multi',
    async () => answerOf(await fetch(sdk.uploader.download_multi('seen'))),
    'multi is not supported',
  ],
  // The package exports the name without a function.
  [
    'upload_large_part',
    async () => sdk.uploader.upload_large_part({}),
    /is not a function|undefined/,
  ],
]

const unsupported = (name: string) => `${name} is not supported`
const API: readonly Row[] = [
  ['ping', () => sdk.api.ping(), { status: 'ok' }],
  ['resource_types', () => sdk.api.resource_types(), { resource_types: ['image', 'raw', 'video'] }],
  ['resources', () => sdk.api.resources({ type: 'upload', max_results: 1 }), { next_cursor: /./ }],
  [
    'resources_by_tag',
    () => sdk.api.resources_by_tag('seen'),
    { resources: [{ public_id: 'first' }] },
  ],
  [
    'resources_by_ids',
    () => sdk.api.resources_by_ids(['first']),
    { resources: [{ public_id: 'first' }] },
  ],
  ['resource', () => sdk.api.resource('first'), { public_id: 'first', derived: [] }],
  ['resource_by_asset_id', () => sdk.api.resource_by_asset_id(assetId), { public_id: 'first' }],
  ['update', () => sdk.api.update('first', { tags: 'seen,b' }), { tags: ['b', 'seen'] }],
  ['tags', () => sdk.api.tags({ prefix: 'se' }), { tags: ['seen'] }],
  ['upload_presets', () => sdk.api.upload_presets(), { presets: [{ name: 'open' }] }],
  ['upload_preset', () => sdk.api.upload_preset('open'), { name: 'open', unsigned: true }],
  [
    'create_upload_preset',
    () => sdk.api.create_upload_preset({ name: 'new' }),
    { message: 'created' },
  ],
  [
    'update_upload_preset',
    () => sdk.api.update_upload_preset('new', { tags: 'x' }),
    { message: 'updated' },
  ],
  ['delete_upload_preset', () => sdk.api.delete_upload_preset('new'), { message: 'deleted' }],
  [
    'list_metadata_fields',
    async () => (await sdk.api.list_metadata_fields()).metadata_fields[0],
    { external_id: 'count' },
  ],
  [
    'metadata_field_by_field_id',
    () => sdk.api.metadata_field_by_field_id('count'),
    { type: 'integer' },
  ],
  [
    'add_metadata_field',
    () => sdk.api.add_metadata_field({ external_id: 'new', label: 'New', type: 'date' }),
    { external_id: 'new', default_value: null, validation: null },
  ],
  [
    'update_metadata_field',
    () => sdk.api.update_metadata_field('count', { label: 'C' }),
    { label: 'C' },
  ],
  ['delete_metadata_field', () => sdk.api.delete_metadata_field('gone'), { message: 'ok' }],
  [
    'update_metadata_field_datasource',
    () =>
      sdk.api.update_metadata_field_datasource('colour', {
        values: [{ external_id: 'g', value: 'green' }],
      }),
    { values: [{ external_id: 'r' }, { external_id: 'g' }] },
  ],
  [
    'order_metadata_field_datasource',
    () => sdk.api.order_metadata_field_datasource('colour', 'value', 'asc'),
    { values: [{ external_id: 'g' }, { external_id: 'r' }] },
  ],
  [
    'delete_datasource_entries',
    () => sdk.api.delete_datasource_entries('colour', ['g']),
    { values: [{ external_id: 'r' }] },
  ],
  [
    'restore_metadata_field_datasource',
    () => sdk.api.restore_metadata_field_datasource('colour', ['g']),
    { values: [{ external_id: 'g', state: 'active' }, { external_id: 'r' }] },
  ],
  [
    'reorder_metadata_fields',
    async () => (await sdk.api.reorder_metadata_fields('external_id', 'asc')).metadata_fields[0],
    { external_id: 'colour' },
  ],
  [
    'delete_backed_up_assets',
    () => sdk.api.delete_backed_up_assets(assetId, ['0'.repeat(32)]),
    { deleted_version_ids: [] },
  ],
  ['usage', () => sdk.api.usage(), unsupported('usage')],
  ['config', () => sdk.api.config(), unsupported('config')],
  ['search', () => sdk.api.search({ expression: 'a' }), unsupported('search')],
  ['search_folders', () => sdk.api.search_folders({ expression: 'a' }), unsupported('folders')],
  ['visual_search', () => sdk.api.visual_search({ text: 'a' }), unsupported('visual_search')],
  [
    'resources_by_context',
    () => sdk.api.resources_by_context('a', 'b'),
    unsupported('resources by context'),
  ],
  [
    'resources_by_moderation',
    () => sdk.api.resources_by_moderation('manual', 'pending'),
    unsupported('resources by moderation'),
  ],
  [
    'resources_by_asset_ids',
    () => sdk.api.resources_by_asset_ids([assetId]),
    unsupported('by_asset_ids'),
  ],
  [
    'resources_by_asset_folder',
    () => sdk.api.resources_by_asset_folder('a'),
    unsupported('by_asset_folder'),
  ],
  ['restore', () => sdk.api.restore(['a']), unsupported('restore')],
  ['restore_by_asset_ids', () => sdk.api.restore_by_asset_ids([assetId]), unsupported('restore')],
  ...[
    ['delete_resources', ['a']],
    ['delete_resources_by_asset_ids', ['0'.repeat(32)]],
    ['delete_resources_by_prefix', 'a'],
    ['delete_resources_by_tag', 'a'],
    ['delete_all_resources', {}],
  ].map(
    ([method, argument]): Row => [
      String(method),
      () => sdk.api[String(method)](argument),
      unsupported('delete of resources'),
    ],
  ),
  [
    'delete_derived_by_transformation',
    () => sdk.api.delete_derived_by_transformation(['a'], [{ width: 1 }]),
    unsupported('delete of resources'),
  ],
  [
    'delete_derived_resources',
    () => sdk.api.delete_derived_resources(['a']),
    unsupported('derived_resources'),
  ],
  ...[
    ['transformations', 'transformations', []],
    ['transformation', 'transformations', ['w_1']],
    ['delete_transformation', 'transformations', ['w_1']],
    ['update_transformation', 'transformations', ['w_1', { allowed_for_strict: true }]],
    ['create_transformation', 'transformations', ['a', 'w_1']],
    ['root_folders', 'folders', []],
    ['sub_folders', 'folders', ['a']],
    ['delete_folder', 'folders', ['a']],
    ['rename_folder', 'folders', ['a', 'b']],
    ['create_folder', 'folders', ['a']],
    ['upload_mappings', 'upload_mappings', []],
    ['upload_mapping', 'upload_mappings', ['a']],
    ['delete_upload_mapping', 'upload_mappings', ['a']],
    ['update_upload_mapping', 'upload_mappings', ['a', { template: 'https://a.example/' }]],
    ['create_upload_mapping', 'upload_mappings', ['a', { template: 'https://a.example/' }]],
    ['list_streaming_profiles', 'streaming_profiles', []],
    ['get_streaming_profile', 'streaming_profiles', ['a']],
    ['delete_streaming_profile', 'streaming_profiles', ['a']],
    ['update_streaming_profile', 'streaming_profiles', ['a', { display_name: 'b' }]],
    ['create_streaming_profile', 'streaming_profiles', ['a', { display_name: 'b' }]],
    ['publish_by_ids', 'publish_resources', [['a']]],
    ['publish_by_tag', 'publish_resources', ['a']],
    ['publish_by_prefix', 'publish_resources', ['a']],
    ['update_resources_access_mode_by_prefix', 'update_access_mode', ['public', 'a']],
    ['update_resources_access_mode_by_tag', 'update_access_mode', ['public', 'a']],
    ['update_resources_access_mode_by_ids', 'update_access_mode', ['public', ['a']]],
    ['list_metadata_rules', 'metadata_rules', []],
    ['add_metadata_rule', 'metadata_rules', [{ name: 'a' }]],
    ['delete_metadata_rule', 'metadata_rules', ['a']],
    ['update_metadata_rule', 'metadata_rules', ['a', { name: 'b' }]],
    ['add_related_assets', 'related_assets', ['a', ['image/upload/b']]],
    ['add_related_assets_by_asset_id', 'related_assets', ['0'.repeat(32), ['1'.repeat(32)]]],
    ['delete_related_assets', 'related_assets', ['a', ['image/upload/b']]],
    ['delete_related_assets_by_asset_id', 'related_assets', ['0'.repeat(32), ['1'.repeat(32)]]],
  ].map(([method, name, args]): Row => {
    const call = () => sdk.api[String(method)](...(args as readonly unknown[]))
    return [String(method), call, unsupported(String(name))]
  }),
]

/** Converts expected members of an answer. A regular expression becomes a matcher for text. */
function expectationOf(value: unknown): unknown {
  if (value instanceof RegExp) return expect.stringMatching(value)
  if (Array.isArray(value)) return value.map(expectationOf)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(([name, member]) => [name, expectationOf(member)])
  return Object.fromEntries(members)
}

async function outcomeOf(call: Call): Promise<unknown> {
  try {
    return await call()
  } catch (error) {
    const { message, error: inner } = Object(error)
    return String(inner?.message ?? message)
  }
}

describe.each([
  ['uploader', UPLOADER],
  ['api', API],
])('cloudinary.v2.%s', (part, rows) => {
  it('has only methods that are listed here', () => {
    expect(rows.map(([method]) => method).sort()).toEqual(Object.keys(sdk[part]).sort())
  })

  it.each(rows.map((row) => [row[0], row] as const))('%s', async (_, [, call, answer]) => {
    const outcome = await outcomeOf(call)
    if (typeof answer === 'string') expect(outcome).toBe(answer)
    else if (answer instanceof RegExp) expect(outcome).toMatch(answer)
    else expect(outcome).toMatchObject(Object(expectationOf(answer)))
  })
})
