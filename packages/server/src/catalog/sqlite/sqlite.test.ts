import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCatalogContract } from '../../../test/contracts/catalog.js'
import { runClaimContract } from '../../../test/contracts/event-claims.js'
import { createSqliteCatalog } from './sqlite.js'
import { openSqlite } from './sqlite-connection.js'

runCatalogContract('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-catalog-'))
  const catalog = await createSqliteCatalog({ path: join(folder, 'catalog.db') })
  return {
    catalog,
    async destroy() {
      await catalog.close()
      await rm(folder, { recursive: true })
    },
  }
})

runClaimContract('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-claims-'))
  const path = join(folder, 'catalog.db')
  const catalog = await createSqliteCatalog({ path })
  return {
    catalog,
    path,
    connect: () => createSqliteCatalog({ path }),
    async destroy() {
      await catalog.close()
      await rm(folder, { recursive: true })
    },
  }
})

describe('a SQLite file', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-sqlite-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('is opened with WAL and synchronous=FULL', () => {
    const connection = openSqlite(join(folder, 'full.db'), { isReader: false })
    expect(Number(connection.pragma('synchronous'))).toBe(2)
    expect(connection.pragma('journal_mode')).toBe('wal')
    connection.close()
  })

  it('is refused if a newer version of the program migrated it', async () => {
    const path = join(folder, 'newer.db')
    await (await createSqliteCatalog({ path })).close()
    const connection = openSqlite(path, { isReader: false })
    connection.execute("insert into migrations (id, at) values ('9999-from-the-future', 0)")
    connection.close()
    await expect(createSqliteCatalog({ path })).rejects.toThrow(
      'newer version (it has the step 9999-from-the-future)',
    )
  })

  it('finds assets by tag after migrating a schema without the tag table', async () => {
    const path = join(folder, 'untagged.db')
    const before = await createSqliteCatalog({ path })
    await before.commitUpload({
      asset: {
        cloud: 'c',
        resourceType: 'image',
        deliveryType: 'upload',
        publicId: 'cat',
        format: 'jpg',
        widthPx: 1,
        heightPx: 1,
        tags: ['a', 'b'],
        context: {},
        extra: {},
        assetFolder: '',
        displayName: 'cat',
        originalFilename: null,
      },
      blob: { blobId: 'blob', bytes: 1, md5: 'md5' },
      ids: { assetId: 'asset', versionId: 'version' },
      overwrite: true,
      now: 1,
    })
    await before.close()
    const connection = openSqlite(path, { isReader: false })
    connection.execute(
      "drop table asset_tags; delete from migrations where id in ('0005-asset-tags', '0017-tag-order')",
    )
    connection.close()
    const after = await createSqliteCatalog({ path })
    const page = await after.listAssets({
      cloud: 'c',
      resourceType: 'image',
      tag: 'b',
      maxResults: 9,
    })
    expect(page.assets.map(({ publicId }) => publicId)).toEqual(['cat'])
    await after.close()
  })

  it('has its pending events due after migrating a schema without claims', async () => {
    const path = join(folder, 'unclaimed.db')
    const before = await createSqliteCatalog({ path })
    const event = { eventId: 'event', topic: 'derive' as const, payload: { n: 1 } }
    await before.acceptWork({ cloud: 'c', event, now: 1 })
    await before.close()
    const connection = openSqlite(path, { isReader: false })
    for (const statement of [
      'drop index outbox_by_topic',
      'drop index outbox_by_lease',
      'alter table outbox drop column claimed_by',
      'alter table outbox drop column claim_id',
      'alter table outbox drop column lease_until',
      'create index outbox_by_due on outbox (due_at) where done_at is null',
      // An earlier version counted this attempt when it failed.
      'update outbox set attempts = 1',
      "delete from migrations where id = '0016-event-claims'",
    ]) {
      connection.execute(statement)
    }
    connection.close()
    const after = await createSqliteCatalog({ path })
    expect(await after.readNextDue({ topics: ['derive'] })).toBe(1)
    const claim = { claimedBy: 'worker', claimId: 'claim', now: 2, leaseUntil: 3 }
    const claimed = await after.claimEvents({ ...claim, topics: ['derive'], maxResults: 9 })
    expect(claimed).toMatchObject([{ ...event, attempts: 2 }])
    await after.close()
  })

  it('keeps its rows after it is closed and reopened', async () => {
    const path = join(folder, 'kept.db')
    const key = {
      cloud: 'c',
      id: '1',
      secret: 's',
      scopes: ['upload'] as const,
      state: 'active' as const,
    }
    const one = await createSqliteCatalog({ path })
    await one.createKey({ ...key, now: 1 })
    await one.close()
    const two = await createSqliteCatalog({ path })
    expect(await two.listKeys()).toEqual([key])
    await two.close()
  })
})
