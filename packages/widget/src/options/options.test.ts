import { afterEach, describe, expect, it, vi } from 'vitest'
import { toCamelCaseOptions, warnUnsupported } from './options.js'

afterEach(() => vi.restoreAllMocks())

describe('toCamelCaseOptions', () => {
  it('accepts snake_case for every option, and prefers camelCase', () => {
    expect(
      toCamelCaseOptions({
        upload_preset: 'a',
        max_files: 2,
        maxFiles: 3,
        cropping_aspect_ratio: 1,
      }),
    ).toEqual({ uploadPreset: 'a', maxFiles: 3, croppingAspectRatio: 1 })
  })
})

describe('warnUnsupported', () => {
  it('warns once about each unsupported option, by name', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const options = {
      sources: ['local', 'dropbox', 'google_drive'],
      dropboxAppKey: 'x',
      encryption: { key: 'k', iv: 'i' },
      onSuccess: 'current_asset.update({})',
    } as const
    warnUnsupported(options)
    warnUnsupported(options)
    expect(warn.mock.calls.map(([text]) => text)).toEqual([
      '[countersign] dropboxAppKey is not supported and ignored.',
      '[countersign] encryption is not supported and ignored.',
      '[countersign] onSuccess is not supported and ignored.',
      "[countersign] sources: 'dropbox' is not supported and ignored.",
      "[countersign] sources: 'google_drive' is not supported and ignored.",
    ])
  })
})
