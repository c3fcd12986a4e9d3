import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import {
  ACTION_SCOPES,
  type Action,
  PARAMS,
  paramOf,
  SCOPES,
  UNSIGNED_UPLOAD_PARAMS,
} from './params.js'

const { utils } = createRequire(import.meta.url)('cloudinary').v2

/** Parameters that the SDK's builder adds only if the option is set. */
const ANNOTATIONS = {
  access_control: [],
  auto_tagging: 0.5,
  background_removal: 'x',
  categorization: 'x',
  context: 'a=b',
  metadata: 'a=b',
  custom_coordinates: '1,2,3,4',
  detection: 'x',
  face_coordinates: '1,2,3,4',
  headers: 'A: b',
  notification_url: 'x',
  ocr: 'x',
  raw_convert: 'x',
  similarity_search: 'x',
  tags: 'a',
  quality_override: 'x',
  unique_display_name: true,
  visual_search: true,
  regions: {},
  auto_transcription: true,
}

describe('PARAMS', () => {
  it.each(['upload', 'explicit'] as const)(
    'knows every name that the SDK signs for %s',
    (action) => {
      const names = Object.keys(utils.build_upload_params(ANNOTATIONS))
      expect(names.length).toBeGreaterThan(60)
      expect(names.filter((name) => !paramOf(action, name)?.isSigned)).toEqual([])
    },
  )

  it('knows every name that the SDK signs for an archive', () => {
    const names = Object.keys(utils.archive_params({}))
    expect(names.filter((name) => !paramOf('generate_archive', name)?.isSigned)).toEqual([])
  })

  // The names as the SDK's uploader writes them, action by action (2.11.0, lib/uploader.js).
  it.each([
    ['destroy', 'timestamp type invalidate public_id notification_url'],
    [
      'rename',
      'timestamp type from_public_id to_public_id overwrite invalidate to_type context metadata notification_url',
    ],
    ['tags', 'timestamp public_ids command type tag'],
    ['context', 'timestamp public_ids command type context'],
    ['metadata', 'timestamp public_ids type metadata clear_invalid'],
    ['sprite', 'tag transformation urls timestamp async notification_url mode'],
    ['multi', 'tag transformation urls timestamp async notification_url mode'],
    ['explode', 'timestamp public_id transformation format type notification_url'],
    ['download', 'timestamp public_id format type attachment expires_at'],
    ['download_backup', 'timestamp asset_id version_id'],
    [
      'text',
      'timestamp text public_id font_family font_size font_color text_align font_weight font_style background opacity text_decoration font_hinting font_antialiasing',
    ],
  ] as const)('knows every name that the SDK signs for %s', (action, names) => {
    expect(names.split(' ').filter((name) => !paramOf(action, name)?.isSigned)).toEqual([])
  })

  it.each(['file', 'cloud_name', 'resource_type', 'api_key', 'signature', 'api_secret'])(
    'never signs %s',
    (name) => {
      expect(PARAMS.get(name)?.isSigned).toBe(false)
    },
  )

  it('lists each name once, in letters, digits and underscores', () => {
    for (const [name, spec] of PARAMS) {
      expect(name).toMatch(/^[a-z][a-z0-9_]{0,63}$/)
      expect(spec.name).toBe(name)
      expect(new Set(spec.actions).size).toBe(spec.actions.length)
    }
  })

  it('knows every name of the unsigned allow-list for uploads', () => {
    expect(UNSIGNED_UPLOAD_PARAMS.filter((name) => !paramOf('upload', name))).toEqual([])
  })

  it('lets no client set a parameter that runs code or sends requests', () => {
    for (const name of ['eval', 'on_success']) expect(PARAMS.get(name)?.risk).toBe('never')
    for (const name of [
      'notification_url',
      'eager_notification_url',
      'callback',
      'proxy',
      'headers',
    ]) {
      expect(PARAMS.get(name)?.risk).toBe('server-only')
    }
  })
})

describe('paramOf', () => {
  it('returns undefined for a parameter that the action does not recognize', () => {
    expect(paramOf('upload', 'from_public_id')).toBeUndefined()
    expect(paramOf('destroy', 'folder')).toBeUndefined()
    for (const name of ['constructor', '__proto__', 'toString', 'max_bytes', '']) {
      expect(paramOf('upload', name)).toBeUndefined()
    }
  })
})

describe('ACTION_SCOPES', () => {
  it('allows an upload key only to upload', () => {
    const actions = Object.keys(ACTION_SCOPES) as Action[]
    expect(actions.filter((action) => ACTION_SCOPES[action] === 'upload')).toEqual(['upload'])
    expect(actions.filter((action) => ACTION_SCOPES[action] === null)).toEqual(['delete_by_token'])
    expect(SCOPES).toEqual(['upload', 'manage', 'deliver', 'webhook'])
  })
})
