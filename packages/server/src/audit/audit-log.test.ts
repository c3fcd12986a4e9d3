import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  basic,
  CLOUD,
  FULL_KEY,
  formOf,
  signed,
  startTestServer,
  UPLOAD_KEY,
} from '../../test/running-server.js'
import type { AuditEntry } from './audit-entry.js'
import { openAuditLog } from './audit-log.js'
import { createAuditTrail } from './audit-trail.js'

const ENTRY: AuditEntry = {
  tenant: 'acme',
  actor: 'key 1',
  keyId: '1',
  ip: '127.0.0.1',
  action: 'upload',
  target: 'cat',
  outcome: 'created',
  code: null,
  requestId: 'r',
}

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-audit-'))
})
afterEach(() => rm(folder, { recursive: true }))

const linesOf = async (path: string) => {
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n')
  return lines.map((line) => JSON.parse(line))
}

describe('the audit log', () => {
  const openLog = () =>
    openAuditLog({
      path: join(folder, 'audit.jsonl'),
      log: { error() {}, warn() {} },
      now: () => 0,
    })

  it('numbers its lines, continues after a restart, and is readable by its owner only', async () => {
    const one = await openLog()
    for (const target of ['a', 'b', 'c']) one.record({ ...ENTRY, target })
    await one.close()
    const two = await openLog()
    two.record({ ...ENTRY, target: 'd' })
    await two.close()
    const runs = (await linesOf(join(folder, 'audit.jsonl'))).map(({ run }) => run)
    expect(runs.slice(0, 3)).toEqual([runs[0], runs[0], runs[0]])
    expect(runs[3]).not.toBe(runs[0])
    const lines = await linesOf(join(folder, 'audit.jsonl'))
    expect(lines.map(({ seq, target }) => [seq, target])).toEqual([
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
      [4, 'd'],
    ])
    expect(lines[0]).toMatchObject({ ts: '1970-01-01T00:00:00.000Z', key_id: '1', request_id: 'r' })
    expect((await stat(join(folder, 'audit.jsonl'))).mode & 0o777).toBe(0o600)
  })

  it('cuts a long target, so that a restart still finds the last number', async () => {
    const one = await openLog()
    const trail = createAuditTrail(one, { actor: { kind: 'server' } })
    const target = 'c_fill,h_10,w_10/'.repeat(10_000)
    for (const outcome of ['ordered', 'done']) trail.record({ action: 'eager', outcome, target })
    await one.close()
    const two = await openLog()
    two.record(ENTRY)
    await two.close()
    const lines = await linesOf(join(folder, 'audit.jsonl'))
    expect(lines.map(({ seq }) => seq)).toEqual([1, 2, 3])
    expect(lines[0].target).toBe(target.slice(0, 600))
  })

  it('starts a new line after a half line that a killed process left', async () => {
    const path = join(folder, 'audit.jsonl')
    const one = await openLog()
    one.record(ENTRY)
    await one.close()
    await appendFile(path, '{"ts":"1970","seq":2,"ten')
    const two = await openLog()
    two.record({ ...ENTRY, target: 'after' })
    await two.close()
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n')
    expect(lines).toHaveLength(3)
    expect(JSON.parse(lines[2] ?? '')).toMatchObject({ seq: 2, target: 'after' })
  })
})

describe('the Upload API', () => {
  it('records uploads, overwrites, renames, deletes and refusals, and no secret or signature', async () => {
    const running = await startTestServer({}, { folder })
    const file = { bytes: Buffer.from('x') }
    const sent = [signed(FULL_KEY, { public_id: 'cat' }), signed(FULL_KEY, { public_id: 'cat' })]
    for (const fields of sent) await running.post('raw/upload', formOf(fields, file))
    const names = { from_public_id: 'cat', to_public_id: 'dog' }
    await running.post('raw/rename', signed(FULL_KEY, names))
    await running.post('raw/destroy', signed(FULL_KEY, { public_id: 'dog' }))
    await running.post('raw/destroy', signed(UPLOAD_KEY, { public_id: 'dog' }))
    await running.post('raw/upload', formOf({ api_key: 'nobody', timestamp: '1' }, file))
    await running.close()
    const text = await readFile(join(folder, 'audit.jsonl'), 'utf8')
    const lines = await linesOf(join(folder, 'audit.jsonl'))
    expect(
      lines.map(({ action, target, outcome, code }) => [action, target, outcome, code]),
    ).toEqual([
      ['upload', 'cat', 'created', null],
      ['upload', 'cat', 'overwritten', null],
      ['rename', 'cat', 'done', null],
      ['destroy', 'dog', 'done', null],
      ['destroy', null, 'refused', 'ACTION_NOT_ALLOWED'],
      ['upload', null, 'refused', expect.any(String)],
    ])
    expect(lines[0]).toMatchObject({
      tenant: CLOUD,
      actor: `key ${FULL_KEY.id}`,
      key_id: FULL_KEY.id,
      ip: '127.0.0.1',
      type: 'raw/upload',
    })
    expect(lines[2].renamed_to).toBe('dog')
    expect(new Set(lines.slice(0, 4).map(({ asset_id }) => asset_id)).size).toBe(1)
    // Unverified names are stored as claims.
    expect(lines[4]).toMatchObject({
      actor: 'nobody',
      key_id: null,
      claimed_key_id: UPLOAD_KEY.id,
      claimed_target: 'dog',
    })
    expect(lines.at(-1)).toMatchObject({ key_id: null, claimed_key_id: 'nobody' })
    expect(lines[0].request_id).toMatch(/^[0-9a-f]{32}$/)
    for (const hidden of [FULL_KEY.secret, sent[0]?.signature ?? '?']) {
      expect(text).not.toContain(hidden)
    }
  })
})

describe('the Admin API', () => {
  it('records changes and refusals, but no reads', async () => {
    const running = await startTestServer({}, { folder })
    const call = (method: string, path: string, key = FULL_KEY, body?: URLSearchParams) =>
      fetch(`${running.address}/v1_1/${CLOUD}/${path}`, {
        method,
        headers: basic(key),
        ...(body ? { body } : {}),
      })
    const settings = () => new URLSearchParams({ tags: 'a' })
    await call('POST', 'upload_presets', FULL_KEY, new URLSearchParams({ name: 'small' }))
    await call('PUT', 'upload_presets/small', FULL_KEY, settings())
    await call('GET', 'upload_presets/small')
    await call('PUT', 'upload_presets/small', UPLOAD_KEY, settings())
    await call('DELETE', 'upload_presets/small')
    await running.close()
    const lines = await linesOf(join(folder, 'audit.jsonl'))
    expect(
      lines.map(({ action, target, outcome, code }) => [action, target, outcome, code]),
    ).toEqual([
      ['post upload_presets', 'small', 'done', null],
      ['put upload_presets', 'small', 'done', null],
      ['put upload_presets', null, 'refused', 'ACTION_NOT_ALLOWED'],
      ['delete upload_presets', 'small', 'done', null],
    ])
    expect(lines.map(({ key_id }) => key_id)).toEqual([
      ...[FULL_KEY.id, FULL_KEY.id, UPLOAD_KEY.id, FULL_KEY.id],
    ])
  })
})
