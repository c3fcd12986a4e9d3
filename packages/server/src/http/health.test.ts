import { join } from 'node:path'
import { MediaError } from '@countersign/protocol/errors'
import { afterEach, describe, expect, it } from 'vitest'
import { type RunningServer, startTestServer } from '../../test/running-server.js'
import { openSqlite } from '../catalog/sqlite/sqlite-connection.js'

let running: RunningServer
afterEach(() => running.close())

const get = async (path: string) => {
  const response = await fetch(`${running.address}${path}`)
  return { status: response.status, json: await response.json(), headers: response.headers }
}

describe('/health and /ready', () => {
  it('answer 200 if the server runs and its stores answer', async () => {
    running = await startTestServer()
    expect(await get('/health')).toMatchObject({ status: 200, json: { status: 'ok' } })
    const ready = await get('/ready')
    expect(ready).toMatchObject({ status: 200, json: { status: 'ok' } })
    expect(ready.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/)
    expect(ready.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('report which store fails, and that the server is stopping', async () => {
    running = await startTestServer()
    const { services, readiness } = running.server
    const failing = {
      ...services.blobs,
      probe: () => Promise.reject(new MediaError('STORAGE_UNAVAILABLE')),
    }
    const broken = await startTestServer({}, { blobs: failing })
    const answer = await fetch(`${broken.address}/ready`)
    expect({ status: answer.status, json: await answer.json() }).toEqual({
      status: 503,
      json: { status: 'unavailable', reason: 'storage' },
    })
    await broken.close()
    readiness.isStopping = true
    expect(await get('/ready')).toMatchObject({ status: 503, json: { reason: 'stopping' } })
    expect((await get('/health')).status).toBe(200)
  })

  it('fail if a store does not answer within two seconds', async () => {
    running = await startTestServer()
    const hanging = { ...running.server.services.blobs, probe: () => new Promise<void>(() => {}) }
    const hung = await startTestServer({}, { blobs: hanging })
    const startedAt = performance.now()
    const answer = await fetch(`${hung.address}/ready`)
    expect(answer.status).toBe(503)
    expect(performance.now() - startedAt).toBeGreaterThan(1900)
    await hung.close()
  })

  it('report a server without keys, and a catalog that another version has migrated', async () => {
    running = await startTestServer()
    const keyless = await startTestServer({ keys: [] })
    expect(await (await fetch(`${keyless.address}/ready`)).json()).toMatchObject({ reason: 'keys' })
    const other = openSqlite(join(running.folder, 'catalog.db'), { isReader: false })
    other.execute("insert into migrations (id, at) values ('9999-from-the-future', 0)")
    other.close()
    expect(await get('/ready')).toMatchObject({ status: 503, json: { reason: 'database' } })
    await keyless.close()
  })

  it('probe the stores once for many calls at the same time', async () => {
    let probes = 0
    running = await startTestServer()
    const counting = {
      ...running.server.services.blobs,
      async probe() {
        probes += 1
      },
    }
    const counted = await startTestServer({}, { blobs: counting })
    await Promise.all(Array.from({ length: 20 }, () => fetch(`${counted.address}/ready`)))
    expect(probes).toBe(1)
    await counted.close()
  })
})
