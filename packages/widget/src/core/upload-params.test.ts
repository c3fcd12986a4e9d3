import { paramOf } from '@countersign/protocol/params'
import { describe, expect, it } from 'vitest'
import { OPTION_PARAMS, paramsFromOptions, paramText } from './upload-params.js'

describe('paramsFromOptions', () => {
  it.each(OPTION_PARAMS)('knows %s from the protocol’s table', (name) => {
    expect(paramOf('upload', name)).toBeDefined()
  })

  it('writes lists with commas and maps with pipes, as the protocol does', () => {
    const options = { tags: ['a', 'b'], context: { alt: 'x=y', caption: 'p|q' } }
    expect(paramsFromOptions(options)).toEqual({ tags: 'a,b', context: 'alt=x\\=y|caption=p\\|q' })
  })

  it('leaves out what is blank and keeps false', () => {
    const options = { folder: '', publicId: null, tags: [], useFilename: false }
    expect(paramsFromOptions(options)).toEqual({ use_filename: 'false' })
  })

  it('turns decomposed letters into composed ones, since signer and server compare bytes', () => {
    expect(paramText('folder', 'u\u0308ber')).toBe('\u00fcber')
  })
})
