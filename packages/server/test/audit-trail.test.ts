import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ACTION_SCOPES } from '@countersign/protocol/params'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  basic,
  CLOUD,
  FULL_KEY,
  formOf,
  type RunningServer,
  signed,
  startTestServer,
  UPLOAD_KEY,
} from './running-server.js'

let folder: string
let running: RunningServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-trail-'))
  running = await startTestServer({}, { folder })
  for (const [name, more] of Object.entries({
    guests: { return_delete_token: 'true' },
    later: { async: 'true' },
  })) {
    await admin('POST', 'upload_presets', { name, unsigned: 'true', ...more })
  }
})
afterAll(async () => {
  await running.close()
  await rm(folder, { recursive: true, force: true })
})

interface Line {
  readonly actor: string
  readonly key_id: string | null
  readonly action: string
  readonly target: string | null
  readonly renamed_to?: string
  readonly outcome: string
  readonly code: string | null
  readonly request_id: string
  readonly claimed_key_id?: string
}

async function lines(): Promise<readonly Line[]> {
  const text = await readFile(join(folder, 'audit.jsonl'), 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

const KEY = `key ${FULL_KEY.id}`
const RAW = { bytes: Buffer.from('the report') }
/** An image of one pixel, because the unsigned preset accepts images only. */
const PICTURE = {
  bytes: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
  type: 'image/png',
}
/** Claims of requests, which must never appear in the log as facts. */
const DECOYS = { api_key: UPLOAD_KEY.id, timestamp: String(Math.floor(Date.now() / 1000)) }

async function admin(method: string, path: string, body?: object): Promise<Response> {
  return fetch(`${running.address}/v1_1/${CLOUD}/${path}`, {
    method,
    headers: { ...basic(FULL_KEY), ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
}

const act = (action: string, params: Record<string, string | string[]>) =>
  running.post(`raw/${action}`, signed(FULL_KEY, params))

async function store(publicId: string, params: Record<string, string> = {}) {
  const fields = signed(FULL_KEY, { public_id: publicId, ...params })
  return (await running.post('raw/upload', formOf(fields, RAW))).json
}

async function readField(externalId: string) {
  const field = { external_id: externalId, label: externalId, type: 'enum' }
  const values = ['a', 'b'].map((value) => ({ external_id: `id_${value}`, value }))
  return admin('POST', 'metadata_fields', { ...field, datasource: { values } })
}

/** Reads the catalog: each object's name, and its row as text. */
async function rows(): Promise<ReadonlyMap<string, string>> {
  const { catalog } = running.server.services
  const found = new Map<string, string>()
  for (const resourceType of ['image', 'video', 'raw'] as const) {
    const { assets } = await catalog.listAssets({ cloud: CLOUD, resourceType, maxResults: 500 })
    for (const asset of assets) found.set(asset.publicId, JSON.stringify(asset))
  }
  const { presets } = await catalog.listPresets({ cloud: CLOUD, maxResults: 500 })
  for (const preset of presets) found.set(preset.name, JSON.stringify(preset))
  const fields = await catalog.listMetadataFields({ cloud: CLOUD })
  for (const field of fields) found.set(field.externalId, JSON.stringify(field))
  return found
}

async function changesOf(
  run: () => Promise<unknown>,
): Promise<{ names: string[]; added: readonly Line[] }> {
  const [before, linesBefore] = [await rows(), (await lines()).length]
  await run()
  await expect.poll(async () => (await lines()).length).toBeGreaterThan(linesBefore)
  const after = await rows()
  const names = [...new Set([...before.keys(), ...after.keys()])]
  return {
    names: names.filter((name) => before.get(name) !== after.get(name)),
    added: (await lines()).slice(linesBefore),
  }
}

interface Case {
  /** Prepares the server before the log lines are counted. */
  prepare?(): Promise<unknown>
  run(prepared: unknown): Promise<unknown>
  /** @default the full key */
  readonly actor?: string
  /** Expected changes that `rows` does not read. */
  readonly alsoChanged?: (prepared: unknown) => string
}

const TYPED = 'POST /v1_1/:cloud/:resourceType/:action'
const FIELD = '/v1_1/:cloud/metadata_fields/:externalId'

/** One request for each route and action that can change something. */
const CASES: Readonly<Record<string, Case>> = {
  'POST /v1_1/:cloud/upload': {
    run: () => running.post('upload', formOf({ ...DECOYS, upload_preset: 'guests' }, PICTURE)),
    actor: 'unsigned preset guests',
  },
  [`${TYPED} upload`]: { run: () => store('plain') },
  [`${TYPED} destroy`]: {
    prepare: () => store('gone'),
    run: () => running.post('raw/destroy', { ...DECOYS, public_id: 'gone' }, basic(FULL_KEY)),
  },
  [`${TYPED} rename`]: {
    prepare: () => store('old name'),
    run: () => act('rename', { from_public_id: 'old name', to_public_id: 'new name' }),
  },
  [`${TYPED} explicit`]: {
    prepare: () => store('explicit'),
    run: () => act('explicit', { public_id: 'explicit', type: 'upload', tags: 'a' }),
  },
  [`${TYPED} tags`]: {
    prepare: async () => [await store('tagged one'), await store('tagged two')],
    run: () => {
      const fields = signed(FULL_KEY, {
        command: 'add',
        tag: 'x',
        public_ids: ['tagged one', 'tagged two'],
      })
      const { public_ids: _, ...rest } = fields
      const form = formOf(rest)
      for (const name of ['tagged one', 'tagged two']) form.append('public_ids[]', name)
      return running.post('raw/tags', form)
    },
  },
  [`${TYPED} context`]: {
    prepare: () => store('with context'),
    run: () => act('context', { command: 'add', context: 'a=b', public_ids: 'with context' }),
  },
  [`${TYPED} metadata`]: {
    prepare: async () => [await readField('of_asset'), await store('with metadata')],
    run: () => act('metadata', { metadata: 'of_asset=id_a', public_ids: 'with metadata' }),
  },
  [`${TYPED} generate_archive`]: {
    prepare: () => store('packed'),
    run: () => act('generate_archive', { public_ids: 'packed', target_public_id: 'posted' }),
  },
  'GET /v1_1/:cloud/:resourceType/generate_archive': {
    prepare: () => store('packed'),
    run: () => {
      const query = new URLSearchParams(
        signed(FULL_KEY, { public_ids: 'packed', target_public_id: 'got' }),
      )
      return fetch(`${running.address}/v1_1/${CLOUD}/raw/generate_archive?${query}`)
    },
  },
  'POST /v1_1/:cloud/asset/destroy': {
    prepare: () => store('by id'),
    run: (asset) =>
      running.post('asset/destroy', signed(FULL_KEY, { asset_id: Object(asset).asset_id })),
  },
  'POST /v1_1/:cloud/delete_by_token': {
    prepare: () => store('by token', { return_delete_token: 'true' }),
    run: (asset) =>
      running.post('delete_by_token', {
        ...DECOYS,
        token: Object(asset).delete_token,
        public_id: 'ceo/contract',
      }),
    actor: 'token',
  },
  'POST /v1_1/:cloud/upload_presets': {
    run: () => admin('POST', 'upload_presets', { name: 'p1' }),
  },
  'PUT /v1_1/:cloud/upload_presets/:name': {
    prepare: () => admin('POST', 'upload_presets', { name: 'p2' }),
    run: () => admin('PUT', 'upload_presets/p2', { tags: 'b' }),
  },
  'DELETE /v1_1/:cloud/upload_presets/:name': {
    prepare: () => admin('POST', 'upload_presets', { name: 'p3' }),
    run: () => admin('DELETE', 'upload_presets/p3'),
  },
  'POST /v1_1/:cloud/metadata_fields': { run: () => readField('f1') },
  [`PUT ${FIELD}`]: {
    prepare: () => readField('f2'),
    run: () => admin('PUT', 'metadata_fields/f2', { label: 'F two' }),
  },
  [`DELETE ${FIELD}`]: {
    prepare: () => readField('f3'),
    run: () => admin('DELETE', 'metadata_fields/f3'),
  },
  [`PUT ${FIELD}/datasource`]: {
    prepare: () => readField('f4'),
    run: () =>
      admin('PUT', 'metadata_fields/f4/datasource', {
        values: [{ external_id: 'id_a', value: 'A' }],
      }),
  },
  [`DELETE ${FIELD}/datasource`]: {
    prepare: () => readField('f5'),
    run: () => admin('DELETE', 'metadata_fields/f5/datasource', { external_ids: ['id_a'] }),
  },
  [`POST ${FIELD}/datasource/order`]: {
    prepare: () => readField('f6'),
    run: () =>
      admin('POST', 'metadata_fields/f6/datasource/order', {
        order_by: 'value',
        direction: 'desc',
      }),
  },
  [`POST ${FIELD}/datasource_restore`]: {
    prepare: async () => [
      await readField('f7'),
      await admin('DELETE', 'metadata_fields/f7/datasource', { external_ids: ['id_a'] }),
    ],
    run: () => admin('POST', 'metadata_fields/f7/datasource_restore', { external_ids: ['id_a'] }),
  },
  'POST /v1_1/:cloud/resources/:resourceType/:deliveryType/*': {
    prepare: () => store('updated'),
    run: () => admin('POST', 'resources/raw/upload/updated', { tags: 'b' }),
  },
  'DELETE /v1_1/:cloud/resources/backup/:assetId': {
    prepare: async () => {
      const first = await store('kept', { backup: 'true' })
      await store('kept', { backup: 'true' })
      return first
    },
    run: (asset) => {
      const { asset_id: assetId, version_id: versionId } = Object(asset)
      return admin('DELETE', `resources/backup/${assetId}`, { version_ids: [versionId] })
    },
    alsoChanged: (asset) => Object(asset).version_id,
  },
}

/** Returns every route that can change something, in the router's form: `POST /v1_1/:cloud/upload`. */
function changingRoutes(): readonly string[] {
  const parents: string[] = []
  const found: string[] = []
  for (const line of running.server.printRoutes({ commonPrefix: false }).split('\n')) {
    const [, indent = '', path = '', methods = ''] =
      /^([│├└─\s]*)(\S+)(?: \(([A-Z, ]+)\))?/u.exec(line) ?? []
    const depth = indent.length / 4
    parents.length = Math.max(0, depth - 1)
    parents.push(path)
    for (const method of methods.split(', ')) {
      if (['POST', 'PUT', 'PATCH', 'DELETE'].includes(method))
        found.push(`${method} ${parents.join('').replace(/([^/])\*$/, '$1/*')}`)
    }
  }
  return found
}

describe('the audit log', () => {
  it('is tested with every route and action that can change something', () => {
    const routes = changingRoutes()
    expect(routes).toContain(TYPED)
    const tried = Object.keys(CASES)
    const untried = routes.filter((route) => !tried.some((name) => name.startsWith(route)))
    expect(untried).toEqual([])
  })

  it('is tested with every supported action of the Upload API', async () => {
    for (const action of Object.keys(ACTION_SCOPES)) {
      if (
        Object.keys(CASES).some(
          (name) => name.endsWith(` ${action}`) || name.includes(`/${action}`),
        )
      )
        continue
      if (action === 'asset_destroy') continue
      const { json } = await running.post(`raw/${action}`, { public_id: 'x' }, basic(FULL_KEY))
      expect([action, json.error?.message]).toEqual([action, `${action} is not supported`])
    }
  })

  it.each(Object.entries(CASES))('names what changed and who changed it: %s', async (_, each) => {
    const prepared = await each.prepare?.()
    const { names, added } = await changesOf(() => each.run(prepared))
    const changed = each.alsoChanged ? [each.alsoChanged(prepared)] : names
    expect(changed).not.toEqual([])
    const told = added
      .filter(({ outcome }) => !['refused', 'unchanged', 'failed'].includes(outcome))
      .flatMap(({ target, renamed_to: renamedTo }) => [target, renamedTo ?? target])
    expect(new Set(told)).toEqual(new Set(changed))
    const { actor = KEY } = each
    expect(new Set(added.map((line) => line.actor))).toEqual(new Set([actor]))
    expect(new Set(added.map((line) => line.key_id))).toEqual(
      new Set([actor === KEY ? FULL_KEY.id : null]),
    )
  })
})

describe('background work', () => {
  it.each([
    [
      'an unsigned upload',
      'unsigned preset later',
      'upload',
      () => running.post('image/upload', formOf({ ...DECOYS, upload_preset: 'later' }, PICTURE)),
      'created',
    ],
    [
      'an archive',
      KEY,
      'generate_archive',
      async () => {
        await store('for later')
        return act('generate_archive', {
          public_ids: 'for later',
          target_public_id: 'later archive',
          async: 'true',
        })
      },
      'created',
    ],
    [
      'an edit',
      KEY,
      'explicit',
      async () => {
        await store('edited later')
        return act('explicit', {
          public_id: 'edited later',
          type: 'upload',
          tags: 'a',
          async: 'true',
        })
      },
      'done',
    ],
  ])(
    'is logged with the actor and the request that started it: %s',
    async (_, actor, action, run, outcome) => {
      const { headers } = await run()
      const own = async () =>
        (await lines()).filter((line) => line.request_id === headers.get('x-request-id'))
      await expect.poll(async () => (await own()).length).toBe(2)
      const [accepted, done] = await own()
      expect(accepted).toMatchObject({ actor, action, outcome: 'accepted' })
      expect(done).toMatchObject({ actor, action, outcome, target: accepted?.target })
    },
  )
})

describe('the line of a refused request', () => {
  const refusedLine = async (run: () => Promise<unknown>): Promise<Line | undefined> => {
    const before = (await lines()).length
    await run()
    await expect.poll(async () => (await lines()).length).toBe(before + 1)
    return (await lines()).at(-1)
  }
  const nobody = { actor: 'nobody', key_id: null, target: null, outcome: 'refused' }

  it.each([
    [
      'a wrong signature',
      () =>
        running.post('raw/destroy', { ...signed(FULL_KEY, { public_id: 'a' }), public_id: 'b' }),
      { code: 'SIGNATURE_MISMATCH', claimed_key_id: FULL_KEY.id, claimed_target: 'b' },
    ],
    [
      'a wrong secret',
      () =>
        running.post('raw/destroy', { public_id: 'b' }, basic({ ...FULL_KEY, secret: 'another' })),
      { code: 'API_SECRET_WRONG', claimed_key_id: FULL_KEY.id },
    ],
    [
      'a preset that does not exist',
      () => running.post('raw/upload', formOf({ upload_preset: 'no such' }, RAW)),
      {},
    ],
    [
      'an unknown delete token',
      () => running.post('delete_by_token', { ...DECOYS, token: 'f'.repeat(64) }),
      { code: 'DELETE_TOKEN_INVALID', claimed_key_id: UPLOAD_KEY.id },
    ],
    [
      'a GET of an archive with a wrong signature',
      () =>
        fetch(
          `${running.address}/v1_1/${CLOUD}/raw/generate_archive?${new URLSearchParams({ ...signed(FULL_KEY, { tags: 'a' }), tags: 'b' })}`,
        ),
      { code: 'SIGNATURE_MISMATCH', action: 'generate_archive', claimed_key_id: FULL_KEY.id },
    ],
  ])('names the unproven claims: %s', async (_, run, expected) => {
    expect(await refusedLine(run)).toMatchObject({ ...nobody, ...expected })
  })

  it.each([
    [
      'in the field api_key',
      () => running.post('raw/destroy', signed({ ...FULL_KEY, id: FULL_KEY.secret })),
    ],
    [
      'as the user of Basic auth',
      () =>
        running.post('raw/destroy', {}, basic({ ...FULL_KEY, id: FULL_KEY.secret, secret: '1' })),
    ],
    [
      'as the user of Basic auth in the Admin API',
      () =>
        fetch(`${running.address}/v1_1/${CLOUD}/upload_presets/x`, {
          method: 'DELETE',
          headers: basic({ ...FULL_KEY, id: FULL_KEY.secret, secret: '1' }),
        }),
    ],
  ])('contains no secret that a client sent %s', async (_, run) => {
    const line = await refusedLine(run)
    expect(line).toMatchObject({ ...nobody, claimed_key_id: '(the secret of a key)' })
    expect(JSON.stringify(line)).not.toContain(FULL_KEY.secret)
    expect(running.logs.filter((l) => l.includes(FULL_KEY.secret))).toEqual([])
  })

  it('names the authenticated actor, if any', async () => {
    const line = await refusedLine(() => act('explicit', { public_id: 'missing', type: 'upload' }))
    expect(line).toMatchObject({
      actor: KEY,
      key_id: FULL_KEY.id,
      target: null,
      outcome: 'refused',
      code: 'ASSET_NOT_FOUND',
      claimed_target: 'missing',
    })
    expect(line).not.toHaveProperty('claimed_key_id')
  })

  it('differs from a request that had nothing to change', async () => {
    const line = await refusedLine(() => act('destroy', { public_id: 'missing' }))
    expect(line).toMatchObject({ actor: KEY, outcome: 'unchanged', code: null, target: null })
  })
})

it('adds no line for a read', async () => {
  await store('read')
  const before = (await lines()).length
  await admin('GET', 'resources/raw/upload/read')
  const query = new URLSearchParams(signed(FULL_KEY, { public_id: 'read', type: 'upload' }))
  await fetch(`${running.address}/v1_1/${CLOUD}/raw/download?${query}`)
  const archive = signed(FULL_KEY, { public_ids: 'read', mode: 'download' })
  await (
    await fetch(
      `${running.address}/v1_1/${CLOUD}/raw/generate_archive?${new URLSearchParams(archive)}`,
    )
  ).arrayBuffer()
  await act('tags', { command: 'add', tag: 'x', public_ids: 'read' })
  const added = (await lines()).slice(before)
  expect(added.map(({ action }) => action)).toEqual(['tags'])
})
