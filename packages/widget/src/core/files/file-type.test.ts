import { BROWSER_IMAGES } from '@countersign/protocol/limits'
import { MEDIA_TYPES } from '@countersign/protocol/media-types'
import { describe, expect, it, vi } from 'vitest'

/** Imports the module without the table. */
async function fresh(): Promise<typeof import('./file-type.js')> {
  vi.resetModules()
  return import('./file-type.js')
}

const EXTENSIONS = ['jpg', 'jpeg', 'png', 'webp', 'gif', 'avif']

describe('the widget’s media types', () => {
  it('equal the server’s once the table is loaded', async () => {
    const { loadTypes, mimeTypeOf } = await fresh()
    const table = (await loadTypes())?.MEDIA_TYPES
    for (const extension of ['ico', 'm4a', 'jfif', 'docx', 'csv', 'm4v', 'heif']) {
      expect(mimeTypeOf({ name: `a.${extension}`, type: '' })).toBe(
        MEDIA_TYPES.find(extension)?.type,
      )
    }
    for (const type of ['image/x-icon', 'audio/x-m4a', 'application/x-zip-compressed']) {
      expect(mimeTypeOf({ name: '', type })).toBe(MEDIA_TYPES.nameOf(type))
      expect(table?.nameOf(type)).toBe(MEDIA_TYPES.nameOf(type))
    }
  })

  it('never contradict the server before the table is loaded', async () => {
    const { isAccepted, typeOfExtension } = await fresh()
    for (const extension of EXTENSIONS) {
      expect(typeOfExtension(extension)).toBe(MEDIA_TYPES.find(extension)?.type)
    }
    for (const accept of [BROWSER_IMAGES, ['image/*'], ['image/png'], ['video/*', 'audio/*']]) {
      for (const type of [...BROWSER_IMAGES, 'image/svg+xml', 'video/mp4', 'text/plain']) {
        expect(isAccepted(accept, type)).toBe(MEDIA_TYPES.isAccepted(accept, type))
      }
    }
  })

  it.each([
    [['image/jpeg', 'image/*', 'video/*'], ''],
    [['image/svg+xml'], 'image/svg+xml'],
    [['application/pdf'], 'application/pdf'],
  ])('of %j are loaded where more than photos is accepted', async (accept, known) => {
    const { loadTypesFor, mimeTypeOf } = await fresh()
    await loadTypesFor(accept)
    // Icons are only in the table.
    expect(mimeTypeOf({ name: 'a.ico', type: '' }) !== '').toBe(known !== '')
  })
})
