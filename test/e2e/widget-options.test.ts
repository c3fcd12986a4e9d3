import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { choose, hears, infoOf, names, open, page, photo, useStack } from './stack-page.js'

// What the options do to files and to the page around the widget, on the real server.

useStack('widget-options')

/** A photo of 60 by 90 pixels that a camera stored lying on its side. */
async function turnedPhoto(): Promise<Buffer> {
  return sharp({ create: { width: 90, height: 60, channels: 3, background: '#842' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer()
}

describe('pictures', () => {
  it('are made smaller before they are sent, upright', async () => {
    await open({ maxImageHeight: 45 })
    await choose({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: await turnedPhoto() })
    expect(infoOf(await hears('success'), 'success')).toMatchObject({
      width: 30,
      height: 45,
      format: 'jpg',
    })
  })

  it('are left as they are where they fit', async () => {
    await open({ maxImageWidth: 40, maxImageHeight: 30 })
    await choose(photo('a.png'))
    expect(infoOf(await hears('success'), 'success')).toMatchObject({
      bytes: photo('a.png').buffer.length,
    })
  })

  it('are converted, and named after what they are', async () => {
    await open({ imageFormat: 'image/webp' })
    await choose(photo('a.png'))
    const heard = await hears('success')
    expect(infoOf(heard, 'success')).toMatchObject({ width: 40, format: 'webp' })
    expect(
      infoOf(heard, 'queues-end') ?? infoOf(await hears('queues-end'), 'queues-end'),
    ).toMatchObject({
      files: [{ name: 'a.webp' }],
    })
  })

  it('are refused by their pixels where that is asked for', async () => {
    await open({ maxImageWidth: 10, validateMaxWidthHeight: true })
    await choose(photo('a.png'))
    expect(infoOf(await hears('upload-failed'), 'upload-failed')).toMatchObject({
      code: 'ASSET_TOO_LARGE',
    })
  })
})

describe('the page', () => {
  it('has its form held back until the files are uploaded', async () => {
    await open({ autoUpload: false, form: '#form', fieldName: 'photos[]' })
    await choose(photo('a.png'), photo('b.png'))
    await hears('upload-added', 2)
    await page.evaluate('widget.hide()')
    await page.click('#send')
    await page.waitForURL('**/sent?*')
    const fields = new URL(page.url()).searchParams.getAll('photos[]')
    expect(fields).toHaveLength(2)
    expect(fields[0]).toMatch(/^image\/upload\/v\d+\/.+\.png#[0-9a-f]{40,64}$/)
  })

  it('keeps its form where a file fails', async () => {
    await open({ autoUpload: false, form: '#form', folder: 'elsewhere' })
    await choose(photo('a.png'))
    await hears('upload-added')
    await page.evaluate('widget.hide()')
    await page.click('#send')
    await hears('queues-end')
    expect(page.url()).not.toContain('/sent')
  })

  it('gets thumbnails, whose link takes the upload back', async () => {
    const options = { thumbnails: '#thumbnails', form: '#form', singleUploadAutoClose: false }
    await open(options)
    await choose(photo('a.png'))
    await hears('success')
    await page.evaluate('widget.close()')
    const link = page.locator('li.cloudinary-thumbnail a.cloudinary-delete')
    expect(await page.locator('#form input[type=hidden]').count()).toBe(1)
    await link.click()
    const heard = await hears('deleted')
    expect(await link.count()).toBe(0)
    expect(await page.locator('#form input[type=hidden]').count()).toBe(0)
    const { secure_url } = infoOf(heard, 'deleted') as { secure_url: string }
    expect((await fetch(secure_url)).status).toBe(404)
  })
})

describe('update', () => {
  it('holds for the next file: parameters, limits and callback', async () => {
    await open({ singleUploadAutoClose: false })
    await page.evaluate(`
      window.second = []
      widget.update({ tags: ['later'], max_files: 1 }, (error, result) => second.push(result.event))
    `)
    await choose(photo('a.png'), photo('b.png'))
    await expect.poll(() => page.evaluate('second.includes("queues-end")')).toBe(true)
    expect(await page.evaluate('second')).toContain('batch-cancelled')
    expect(names(await page.evaluate('heard'))).toEqual(['display-changed'])
  })
})
