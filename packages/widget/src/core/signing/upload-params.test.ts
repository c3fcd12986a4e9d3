import { paramOf } from '@countersign/protocol/params'
import { describe, expect, it } from 'vitest'
import { camelCase, OPTION_PARAMS, paramsFromOptions, paramText } from './upload-params.js'

describe('paramsFromOptions', () => {
  it('sends every upload option under a name that the server knows', () => {
    const options = Object.fromEntries(OPTION_PARAMS.map((name) => [camelCase(name), 'x']))
    const sent = Object.keys(paramsFromOptions(options))
    expect(sent).toContain('public_id')
    expect(sent.filter((name) => paramOf('upload', name) === undefined)).toEqual([])
  })

  it('sends no option of the widget itself', () => {
    const options = { publicId: 'a', maxFiles: 3, sources: ['local'], signatureEndpoint: '/sign' }
    expect(paramsFromOptions(options)).toEqual({ public_id: 'a' })
  })

  it('writes lists with commas and maps with pipes, as the protocol does', () => {
    const options = { tags: ['a', 'b'], context: { alt: 'x=y', caption: 'p|q' } }
    expect(paramsFromOptions(options)).toEqual({ tags: 'a,b', context: 'alt=x\\=y|caption=p\\|q' })
  })

  it('omits blank values and keeps false', () => {
    const options = { folder: '', publicId: null, tags: [], useFilename: false }
    expect(paramsFromOptions(options)).toEqual({ use_filename: 'false' })
  })

  it('normalizes text to NFC, because signer and server compare bytes', () => {
    expect(paramText('folder', 'u\u0308ber')).toBe('\u00fcber')
  })
})
