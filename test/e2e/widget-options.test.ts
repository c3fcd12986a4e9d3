import { AxeBuilder } from '@axe-core/playwright'
import { defaultTo, force, list, oneOf, text } from '@countersign/endpoint'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { choose, hears, infoOf, names, open, page, photo, useStack } from './stack-page.js'

// Effects of the options on files and on the page around the widget, with the real server.

useStack('widget-options', {
  presets: {
    album: {
      limits: {},
      params: () => ({
        assetFolder: defaultTo('menu', oneOf(['menu', 'people'])),
        tags: list({ maxItems: 2, item: text({ max: 6, match: /^[a-z]+$/i }) }),
      }),
    },
    ownFolder: {
      limits: {},
      params: ({ id }) => ({ assetFolder: text({ prefix: `users/${id}/`, max: 15 }) }),
    },
    settled: { limits: {}, params: ({ id }) => ({ assetFolder: force(`users/${id}`) }) },
  },
})

/** A photo of 60 by 90 pixels that a camera stored rotated. */
async function turnedPhoto(): Promise<Buffer> {
  return sharp({ create: { width: 90, height: 60, channels: 3, background: '#842' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer()
}

describe('pictures', () => {
  it('are scaled down and turned upright before they are sent', async () => {
    await open({ maxImageHeight: 45 })
    await choose({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: await turnedPhoto() })
    expect(infoOf(await hears('success'), 'success')).toMatchObject({
      width: 30,
      height: 45,
      format: 'jpg',
    })
  })

  it('are unchanged if they fit', async () => {
    await open({ maxImageWidth: 40, maxImageHeight: 30 })
    await choose(photo('a.png'))
    expect(infoOf(await hears('success'), 'success')).toMatchObject({
      bytes: photo('a.png').buffer.length,
    })
  })

  it('are converted and get the extension of their new format', async () => {
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

  it('are refused by their pixel count if the option is set', async () => {
    await open({ maxImageWidth: 10, validateMaxWidthHeight: true })
    await choose(photo('a.png'))
    expect(infoOf(await hears('upload-failed'), 'upload-failed')).toMatchObject({
      code: 'ASSET_TOO_LARGE',
    })
  })
})

describe('the form for upload parameters', () => {
  const held = { autoUpload: false, showAdvancedOptions: true }

  async function choosePhoto(): Promise<void> {
    await choose(photo('a.png'))
    await page.waitForSelector('[data-test="upload"]')
  }

  async function openPanel(options: object): Promise<void> {
    await open({ ...held, ...options })
    await choosePhoto()
    await page.click('[data-test="btn-advanced"]')
    await page.waitForSelector('[data-test="options"]')
  }

  async function uploadSaved(): Promise<unknown> {
    await page.click('[data-test="save-options"]')
    await page.click('[data-test="upload"]')
    return infoOf(await hears('success'), 'success')
  }

  function labels(): Promise<string[]> {
    return page.locator('[data-test="options"] .field :is(label, .label)').allTextContents()
  }

  it('has no button if the endpoint allows no parameter', async () => {
    await open({ ...held, uploadPreset: 'settled' })
    await choosePhoto()
    expect(await page.locator('[data-test="btn-advanced"]').count()).toBe(0)
  })

  it('contains the parameters that the endpoint allows, each with its limits', async () => {
    await openPanel({ uploadPreset: 'album' })
    expect(await labels()).toEqual(['Folder', 'Tags'])
    const folder = page.getByLabel('Folder')
    expect(await folder.inputValue()).toBe('menu')
    expect(await folder.locator('option').allTextContents()).toEqual(['menu', 'people'])
    await folder.selectOption('people')

    const tags = page.getByLabel('Tags', { exact: true })
    const hint = page.locator('#tags-hint')
    await tags.fill('summer!')
    await tags.press('Enter')
    await hint.getByText('Too long: 7 characters. Use at most 6.').waitFor()
    expect(await tags.getAttribute('aria-invalid')).toBe('true')
    expect(await tags.getAttribute('aria-describedby')).toBe('tags-hint')
    const axe = new AxeBuilder({ page }).include('countersign-widget').setLegacyMode()
    expect((await axe.analyze()).violations).toEqual([])
    await tags.fill('s 2025')
    await page.click('[data-test="save-options"]')
    await hint.getByText('This site takes only the form [a-z]+').waitFor()
    expect(await page.evaluate(`document.activeElement.shadowRoot.activeElement.id`)).toBe('tags')
    await tags.fill('Spring')
    await tags.press('Enter')
    await tags.fill('menu')
    await tags.press('Enter')
    await tags.fill('third')
    await tags.press('Enter')
    await hint.getByText('Tags: at most 2.').waitFor()
    await tags.fill('')
    expect(await uploadSaved()).toMatchObject({ asset_folder: 'people', tags: ['Spring', 'menu'] })
  })

  it('accepts the rest of a folder with a fixed beginning', async () => {
    await openPanel({ uploadPreset: 'ownFolder' })
    expect(await labels()).toEqual(['Folder'])
    const folder = page.getByLabel('Folder')
    expect(await page.locator('#folder-hint').textContent()).toContain('It starts with users/42/')
    await folder.fill('holidays')
    await page.click('[data-test="save-options"]')
    await page.getByText('Too long: 17 characters. Use at most 15.').waitFor()
    await folder.fill('trips')
    expect(await uploadSaved()).toMatchObject({ asset_folder: 'users/42/trips' })
  })

  it('changes with the chosen preset', async () => {
    await open({ ...held, uploadPreset: 'album', tags: ['menu'] })
    await page.evaluate(
      `widget.update({ getUploadPresets: (answer) => answer(['album', 'elsewhere', 'settled']) })`,
    )
    await choosePhoto()
    await page.click('[data-test="btn-advanced"]')
    const preset = page.getByLabel('Preset')
    await preset.waitFor()
    expect(await preset.locator('option').allTextContents()).toEqual([
      'As set by the page',
      'album',
      'settled',
    ])
    await preset.selectOption('settled')
    await page.getByText('Set by this site: users/42').waitFor()
    expect(await labels()).toEqual(['Folder', 'Preset'])
    expect(await uploadSaved()).toMatchObject({ asset_folder: 'users/42', tags: [] })
  })

  it('contains name and tags if a route only signs', async () => {
    // A route that does not know the discovery request signs it like any other request.
    await page.route('**/sign', (route) =>
      route.continue({ headers: { ...route.request().headers(), accept: 'application/json' } }),
    )
    await openPanel({})
    expect(await labels()).toEqual(['Name', 'Tags'])
    await page.getByLabel('Tags', { exact: true }).fill('menu')
    expect(await uploadSaved()).toMatchObject({ tags: ['menu'] })
  })
})

describe('the page', () => {
  it('delays its form until the files are uploaded', async () => {
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

  it('does not submit its form if a file fails', async () => {
    await open({ autoUpload: false, form: '#form', folder: 'elsewhere' })
    await choose(photo('a.png'))
    await hears('upload-added')
    await page.evaluate('widget.hide()')
    await page.click('#send')
    await hears('queues-end')
    expect(page.url()).not.toContain('/sent')
  })

  it('gets thumbnails with a link that deletes the upload', async () => {
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
  it('applies to the next file: parameters, limits and callback', async () => {
    await open({ singleUploadAutoClose: false })
    await page.evaluate(`
      window.second = []
      widget.update({ tags: ['later'], max_files: 2 }, (error, result) => second.push(result.event))
    `)
    await choose(photo('a.png'), photo('b.png'), photo('c.png'))
    await expect.poll(() => page.evaluate('second.includes("queues-end")')).toBe(true)
    expect(await page.evaluate('second')).toContain('batch-cancelled')
    expect(names(await page.evaluate('heard'))).toEqual(['display-changed'])
  })
})
