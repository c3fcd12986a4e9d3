/** Tests the widget's sources other than the device, in a real browser. */

import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { beforeAll, describe, expect, it } from 'vitest'
import { discoveryBody } from '../../packages/widget/testing/fake-server.js'
import { hears, openWidget, page, server } from './widget-page.js'

describe('a link', () => {
  async function addLink(url: string): Promise<void> {
    await page.click('[data-test="url"]')
    await page.fill('[data-test="search-input-box"]', url)
    await page.click('[data-test="upload-from-link-btn"]')
  }

  it('is fetched by the server by default', async () => {
    await openWidget({ options: { sources: ['local', 'url'] } })
    await addLink('https://example.com/holiday.jpg')
    await hears('success')
    expect(server.uploads[0]?.fields.file).toBe('https://example.com/holiday.jpg')
  })

  it('is fetched by the browser if the preset accepts no addresses', async () => {
    server.discovery = { body: discoveryBody(server.origin, { sources: ['file'] }) }
    server.pages
      .set('/holiday.jpg', { body: 'pixels', headers: { 'content-type': 'image/jpeg' } })
      .set('/page.html', { body: '<p>' })
    await openWidget({ options: { sources: ['local', 'url'] } })
    await addLink(`${server.origin}/page.html`)
    await page.getByText('There is no photo or video at this address.').waitFor()
    await page.fill('[data-test="search-input-box"]', 'https://example.com/elsewhere.jpg')
    await page.keyboard.press('Enter')
    await page.getByText('This address cannot be read from here').waitFor()
    await page.fill('[data-test="search-input-box"]', `${server.origin}/holiday.jpg`)
    await page.keyboard.press('Enter')
    await hears('success')
    expect(server.uploads[0]).toMatchObject({ fileName: 'holiday.jpg', fileSize: 6 })
  })

  it('that is not an address is refused next to its field', async () => {
    await openWidget({ options: { sources: ['local', 'url'] } })
    await addLink('example.com/holiday.jpg')
    await page.getByText('Start the address with https://').waitFor()
    expect(server.signings).toEqual([])
  })
})

describe('a source of an app', () => {
  let bundle: string

  beforeAll(async () => {
    const path = new URL('../../examples/sources/unsplash-source.ts', import.meta.url)
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(path)],
      bundle: true,
      format: 'iife',
      globalName: 'unsplash',
      write: false,
    })
    bundle = outputFiles[0]?.text ?? ''
  })

  it('adds the chosen picture of Unsplash, with a fake of its API', async () => {
    await openWidget()
    const photo = {
      id: 'a1',
      alt_description: 'A cup',
      user: { name: 'Jo' },
      urls: { thumb: '/thumb.png', regular: `${server.origin}/regular.png` },
      links: { download_location: `${server.origin}/count` },
    }
    server.pages
      .set('/search/photos', { body: { results: [photo] } })
      .set('/count', { body: {} })
      .set('/unsplash.js', { body: bundle, headers: { 'content-type': 'text/javascript' } })
    await page.evaluate(`(async () => {
      const script = document.createElement('script')
      script.src = '/unsplash.js'
      await new Promise((resolve) => { script.onload = resolve; document.head.append(script) })
      const source = unsplash.unsplashSource({ accessKey: 'mine', api: location.origin })
      widget.update({ sources: ['local', source] })
    })()`)
    await page.click('[data-test="unsplash"]')
    await page.getByLabel('Search Unsplash').fill('coffee')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'A cup' }).click()
    await hears('success')
    expect(server.uploads[0]?.fields.file).toBe(`${server.origin}/regular.png`)
    expect(server.requests).toContain('GET /count')
  })
})
