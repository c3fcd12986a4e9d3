import { ACTION_SCOPES, type Action, type Scope } from '@countersign/protocol/params'
import { describe, expect, it } from 'vitest'
import type { Key } from '../catalog/key.js'
import { narrowLimits } from './effective-limits.js'
import { createKeyRing } from './key-ring.js'
import { assertScope, isActionAllowed } from './scopes.js'

const key = (id: string, changes: Partial<Key> = {}): Key => ({
  cloud: 'c',
  id,
  secret: `secret-${id}`,
  scopes: ['upload'],
  state: 'active',
  ...changes,
})
const ring = (configured: readonly Key[], rows: readonly Key[] = []) =>
  createKeyRing({ configured, catalog: { listKeys: async () => rows } })

describe('scopes', () => {
  const actions = Object.keys(ACTION_SCOPES) as Action[]
  const allowed = (...scopes: Scope[]) => actions.filter((one) => isActionAllowed({ scopes }, one))

  it('let a key with upload only upload, and delete by token', () => {
    expect(allowed('upload')).toEqual(['upload', 'delete_by_token'])
  })

  it('let a key with manage call every action except upload', () => {
    expect(allowed('manage')).toEqual(actions.filter((action) => action !== 'upload'))
    expect(allowed('upload', 'manage')).toEqual(actions)
  })

  it('let any other key only delete by token', () => {
    expect(allowed('deliver', 'webhook')).toEqual(['delete_by_token'])
    expect(allowed()).toEqual(['delete_by_token'])
  })

  it('refuse other actions with a text that names key and action', () => {
    expect(() => assertScope(key('7'), 'destroy')).toThrow('API key 7 may not destroy')
  })
})

describe('the key ring', () => {
  it('finds keys of the configuration and of the catalog, but no revoked key', async () => {
    const keys = await ring([key('1')], [key('2'), key('3', { state: 'revoked' })])
    expect(keys.find('1')?.id).toBe('1')
    expect(keys.find('2')?.id).toBe('2')
    expect(keys.find('3')).toBeUndefined()
    expect(keys.find('constructor')).toBeUndefined()
    expect(keys.hasCloud('c')).toBe(true)
    expect(keys.hasCloud('toString')).toBe(false)
  })

  it('refuses two keys with one id or one secret, and names the ids but not the secret', async () => {
    await expect(ring([key('1')], [key('1', { secret: 'other' })])).rejects.toThrow(
      'API key 1 is defined twice',
    )
    await expect(ring([key('1'), key('2', { secret: 'secret-1' })])).rejects.toThrow(
      'API keys 1 and 2 have the same secret: give each its own',
    )
  })

  it('does not find a revoked key after a refresh', async () => {
    let rows = [key('1')]
    const keys = await createKeyRing({ configured: [], catalog: { listKeys: async () => rows } })
    rows = [key('1', { state: 'revoked' })]
    await keys.refresh()
    expect(keys.find('1')).toBeUndefined()
  })
})

describe('limits of several layers', () => {
  const layers = [
    {
      owner: 'the preset default',
      limits: { maxBytes: 100, accept: ['image/*'], resourceTypes: ['image' as const] },
    },
    { owner: 'the signed limits', limits: { maxBytes: 50, accept: ['image/png', 'video/mp4'] } },
  ]
  const limits = narrowLimits(layers)

  it('combine to the narrowest, in any order', () => {
    expect(limits.maxBytes).toEqual({ value: 50, owner: 'the signed limits' })
    expect(narrowLimits([...layers].reverse()).maxBytes?.value).toBe(50)
  })

  it('accept a file at the limit, and refuse a larger one with the owner of the limit', () => {
    expect(() => limits.assertBytes(50)).not.toThrow()
    expect(() => limits.assertBytes(51)).toThrow(
      'File size too large. Got 51. Maximum is 50. The limit is set by the signed limits (max_bytes)',
    )
  })

  it('accept only types that every layer accepts', () => {
    expect(() => limits.assertAccepted('image/png')).not.toThrow()
    expect(() => limits.assertAccepted('image/jpeg')).toThrow(
      'the signed limits accepts image/png, video/mp4',
    )
    expect(() => limits.assertAccepted('video/mp4')).toThrow('the preset default accepts image/*')
  })

  it('leave an upload without layers unlimited', () => {
    const none = narrowLimits([])
    expect(none.maxBytes).toBeUndefined()
    expect(none.overwrite).toBe(true)
    expect(() => none.assertResourceType('raw')).not.toThrow()
  })
})
