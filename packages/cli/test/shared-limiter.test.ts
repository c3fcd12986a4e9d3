import { join } from 'node:path'
import { anonymous, createSignHandler } from '@countersign/endpoint'
import { createCatalogLimiterStore, createSqliteCatalog } from '@countersign/server/catalog'
import { afterEach, expect, it } from 'vitest'
import { type Cleanup, writeFolder } from './play-app.js'

const cleanups: Cleanup[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** Simulates one process of an app, with its own connection to the server's catalog file. */
async function openInstance(path: string, now: () => number) {
  const catalog = await createSqliteCatalog({ path })
  cleanups.push(() => catalog.close())
  return createSignHandler({
    authorize: anonymous({ reason: 'guest book', limit: { perMinute: 4 } }),
    presets: { default: { limits: {}, params: () => ({}) } },
    cloudName: 'demo',
    url: 'http://127.0.0.1:8787',
    keys: () => [{ id: '1', secret: 'a-secret-of-twenty-or-more', scopes: ['upload'] }],
    limiterStore: createCatalogLimiterStore({ catalog, cloud: 'demo', now }),
    now,
  })
}

it('two instances of an app share the counts in one catalog', async () => {
  const folder = await writeFolder({}, cleanups)
  let nowMs = 1_790_000_000_000
  const path = join(folder, 'catalog.db')
  const instances = [
    await openInstance(path, () => nowMs),
    await openInstance(path, () => nowMs),
  ] as const
  const statuses: number[] = []
  const ask = async (instance: (typeof instances)[number]) => {
    const response = await instance.POST(
      new Request('http://app/sign', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': '192.0.2.1' },
        body: JSON.stringify({
          paramsToSign: { timestamp: nowMs / 1000, source: 'uw' },
        }),
      }),
    )
    statuses.push(response.status)
    return response.headers.get('retry-after')
  }
  for (const instance of [...instances, ...instances]) await ask(instance)
  expect(await ask(instances[0])).toBe('15')
  await ask(instances[1])
  nowMs += 15_000
  await ask(instances[1])
  await ask(instances[0])
  expect(statuses).toEqual([200, 200, 200, 200, 429, 429, 200, 429])
})
