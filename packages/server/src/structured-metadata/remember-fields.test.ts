import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Catalog } from '../catalog/catalog.js'
import type { MetadataField } from '../catalog/metadata-fields.js'
import { createSqliteCatalog } from '../catalog/sqlite/sqlite.js'
import { rememberFields } from './remember-fields.js'

const CLOUD = 'remembered'
let folder: string
let other: Catalog
let catalog: Catalog
let nowMs: number

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-fields-'))
  const path = join(folder, 'catalog.db')
  other = await createSqliteCatalog({ path })
  catalog = rememberFields(await createSqliteCatalog({ path }), () => nowMs)
  nowMs = 0
})
afterEach(async () => {
  await Promise.all([catalog.close(), other.close()])
  await rm(folder, { recursive: true })
})

function create(externalId: string, by: Catalog): Promise<unknown> {
  const field = { cloud: CLOUD, externalId, label: externalId, type: 'string' }
  return by.writeMetadataField({
    field: field as unknown as MetadataField,
    revision: null,
    now: Date.now(),
  })
}

async function ids(): Promise<readonly string[]> {
  return (await catalog.listMetadataFields({ cloud: CLOUD })).map(({ externalId }) => externalId)
}

it('sees its own changes at once', async () => {
  expect(await ids()).toEqual([])
  await create('one', catalog)
  expect(await ids()).toEqual(['one'])
  await catalog.destroyMetadataField({ cloud: CLOUD, externalId: 'one', now: Date.now() })
  expect(await ids()).toEqual([])
})

it('sees the changes of another process after a second', async () => {
  expect(await ids()).toEqual([])
  await create('one', other)
  nowMs = 999
  expect(await ids()).toEqual([])
  nowMs = 1000
  expect(await ids()).toEqual(['one'])
})
