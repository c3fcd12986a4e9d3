/** Tests uploads and their failures in a real browser. */

import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { discoveryBody, startFakeServer } from '../../packages/widget/testing/fake-server.js'
import { PNG } from '../../packages/widget/testing/playwright.js'
import {
  choose,
  context,
  eventNames,
  heard,
  hears,
  leftovers,
  NOTHING,
  neverAnswer,
  openWidget,
  type Picked,
  page,
  png,
  server,
  until,
  visit,
} from './widget-page.js'

describe('before it is opened', () => {
  it('sends no request and adds nothing to the page', async () => {
    await visit()
    await until('window.widget !== undefined')
    expect(
      server.requests.filter(
        (request) => !/ \/(|page\.\w+|widget\/all\.js|favicon\.ico)$/.test(request),
      ),
    ).toEqual([])
    expect(await leftovers()).toEqual(NOTHING)
    expect(await page.evaluate('document.activeElement.tagName')).toBe('BODY')
  })

  it('keeps members of window.cloudinary from other scripts', async () => {
    server.pages.set('/page.js', {
      body: 'document.title = typeof cloudinary.openUploadWidget + cloudinary.other',
      headers: { 'content-type': 'text/javascript' },
    })
    const all = server.pages.get('/widget/all.js')
    server.pages.set('/widget/all.js', {
      ...all,
      body: `window.cloudinary = { other: 1 };${all?.body}`,
    })
    await visit()
    expect(await page.title()).toBe('function1')
  })
})

describe('an upload', () => {
  it('shows progress in bytes while the file is sent', async () => {
    await openWidget()
    const devtools = await context.newCDPSession(page)
    await devtools.send('Network.enable')
    await devtools.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: 400_000,
    })
    await page.evaluate(`{
      window.shown = []
      const { shadowRoot } = document.querySelector('countersign-widget')
      new MutationObserver(() => {
        const bar = shadowRoot.querySelector('.row progress')
        if (bar) shown.push(bar.value)
      }).observe(shadowRoot, { subtree: true, childList: true, attributes: true })
    }`)
    await choose({ ...png('large.png'), buffer: Buffer.concat([PNG, Buffer.alloc(600_000)]) })
    await hears('success')
    const shown = (await page.evaluate('shown')) as number[]
    const between = new Set(shown.filter((percent) => percent > 0 && percent < 100))
    expect(between.size).toBeGreaterThan(2)
    expect(shown).toEqual([...shown].sort((one, other) => one - other))
  })

  it('of one file closes the widget by itself, with the documented events', async () => {
    await openWidget()
    await choose(png('one.png'))
    await hears('close')
    // The app's answer may come at any time.
    expect((await eventNames()).filter((name) => name !== 'completed')).toEqual([
      'display-changed',
      'upload-added',
      'queues-start',
      'success',
      'queues-end',
      'display-changed',
      'close',
    ])
    const success = (await heard()).find(({ event }) => event === 'success')
    expect(success?.info).toMatchObject({
      public_id: 'users/42/photo1',
      path: 'v1700000000/users/42/photo1.png',
      thumbnail_url: `${server.origin}/demo/image/upload/c_limit,h_60,w_90/v1700000000/users/42/photo1.png`,
    })
    expect(success?.info.id).toMatch(/^uw-file\d+$/)
    expect(success?.info.batchId).toMatch(/^uw-batch\d+$/)
    expect(await leftovers()).toEqual(NOTHING)
  })

  it("is followed by the app's answer, even after the widget has closed by itself", async () => {
    const { upload } = server
    server.upload = (received) => {
      const path = `/v1_1/demo/completions/${received.fields.nonce}`
      server.pages.set(path, { body: { status: 'done', result: { photoId: 7 } } })
      return upload(received)
    }
    await openWidget()
    await choose(png('one.png'))
    await hears('close')
    await hears('completed')
    const all = await heard()
    const success = all.find(({ event }) => event === 'success')
    expect(all.find(({ event }) => event === 'completed')?.info).toEqual({
      id: success?.info.id,
      asset: success?.info,
      status: 'done',
      result: { photoId: 7 },
    })
  })

  it('of several files ends once and shows tiles', async () => {
    await openWidget()
    await choose(png('a.png'), png('b.png'), png('c.png'))
    await hears('queues-end')
    const names = await eventNames()
    expect(names.filter((name) => name === 'success')).toHaveLength(3)
    expect(names.filter((name) => name === 'queues-end')).toHaveLength(1)
    expect(await page.textContent('h2')).toBe('3 files uploaded')
    expect(await page.locator('.tile').count()).toBe(3)
    await page.waitForSelector('.tile canvas[data-fit="small"]')
    await page.click('[data-test="queue-done"]')
    expect(await leftovers()).toEqual(NOTHING)
    expect(await page.evaluate('violations')).toEqual([])
  })

  it('shows a photo that was taken sideways upright in its row', async () => {
    neverAnswer()
    await openWidget()
    await choose(await sidewaysPhoto())
    const canvas = page.locator('.row canvas[data-fit="cover"]')
    await canvas.waitFor()
    expect(await canvas.evaluate(topAndBottom)).toEqual({
      isUpright: true,
      top: 'red',
      bottom: 'blue',
    })
  })

  it('adds a hidden field to the form', async () => {
    await openWidget({ options: { form: '#form', field_name: 'photo[]' } })
    await choose(png('a.png'))
    await hears('success')
    expect(await page.inputValue('#form input[name="photo[]"]')).toBe(
      `image/upload/v1700000000/users/42/photo1.png#${'e'.repeat(40)}`,
    )
  })

  it('accepts dropped and pasted files', async () => {
    neverAnswer()
    await openWidget()
    const drop = await page.evaluateHandle(`(() => {
      const data = new DataTransfer()
      data.items.add(new File(['x'], 'dropped.png', { type: 'image/png' }))
      return data
    })()`)
    await page.locator('dialog').dispatchEvent('dragover', { dataTransfer: drop })
    expect(await page.textContent('.drop h3')).toBe('Drop to add this file')
    await page.locator('dialog').dispatchEvent('drop', { dataTransfer: drop })
    await page.waitForSelector('.row')
    await page.evaluate(`(() => {
      const clipboardData = new DataTransfer()
      clipboardData.items.add(new File(['y'], 'pasted.png', { type: 'image/png' }))
      document.dispatchEvent(new ClipboardEvent('paste', { clipboardData }))
    })()`)
    await until(
      `document.querySelector('countersign-widget').shadowRoot.querySelectorAll('.row').length === 2`,
    )
    expect(await page.locator('.row .sr').allTextContents()).toEqual(['dropped.png', 'pasted.png'])
  })
})

describe('a route of the app that only signs, without GET', () => {
  it('uploads, and the browser logs nothing', async () => {
    server.discovery = { body: { signature: 'abc' } }
    server.sign = () => ({ body: { signature: 'abc' } })
    const { origin } = server
    await visit({ options: { apiKey: '1', cloudName: 'demo', uploadUrl: `${origin}/v1_1/demo` } })
    const logged: string[] = []
    page.on('console', (message) => logged.push(message.text()))
    await page.click('#open')
    await page.waitForSelector('dialog[open] [data-test="browse"]')
    await choose(png('a.png'))
    await hears('success')
    expect(logged).toEqual([])
    expect(server.uploads[0]?.fields).toMatchObject({ source: 'uw', signature: 'abc' })
  })
})

describe('a failure', () => {
  it('is shown before anything is sent if a limit forbids the file', async () => {
    server.discovery = {
      body: discoveryBody(server.origin, { accept: ['image/png'], max_bytes: 50 }),
    }
    await openWidget()
    await page.getByText('PNG, up to 50 B each.').waitFor()
    await choose(png('a.png'), { ...png('b.heic'), mimeType: 'image/heic' })
    await page.getByText(`Too large: ${PNG.length} B. Choose a file up to 50 B.`).first().waitFor()
    await page.getByText('HEIC photos are not accepted.').first().waitFor()
    expect(server.signings).toEqual([])
    expect(server.uploads).toEqual([])
    const failed = (await heard()).filter(({ event }) => event === 'upload-failed')
    expect(failed.map(({ error }) => error)).toEqual([
      expect.stringMatching(/^Too large/),
      expect.stringMatching(/^HEIC/),
    ])
  })

  it('can be retried', async () => {
    const { upload } = server
    server.upload = () => ({ status: 400, body: { error: { message: 'Out of film' } } })
    server.sign = () => ({
      status: 401,
      body: { error: { code: 'unauthorized', message: 'Sign in.' } },
    })
    await openWidget()
    await choose(png('a.png'), png('b.png'))
    await hears('queues-end')
    expect(await page.textContent('h2')).toBe('2 files were not uploaded')
    await page.getByText('Your session ended. Sign in again, then retry.').first().waitFor()
    const fresh = await startFakeServer()
    server.sign = fresh.sign
    await fresh.close()
    server.sign = (body) => ({
      body: {
        signature: 's',
        api_key: '1',
        upload_url: `${server.origin}/v1_1/demo`,
        params: { nonce: body.nonce },
      },
    })
    server.upload = upload
    await page.click('[data-test="retry"]')
    await hears('success')
    await page.click('[data-test="retry-all"]')
    await page.getByText('2 files uploaded').first().waitFor()
    const retries = (await heard()).filter(({ event }) => event === 'retry')
    expect(retries.map(({ info }) => info.all)).toEqual([false, true])
  })

  it('cannot be retried if the server has refused the file', async () => {
    server.upload = () => ({ status: 400, body: { error: { message: 'Invalid image file' } } })
    await openWidget()
    await choose(png('a.png'))
    await page.getByText('This is not a picture we can open.').first().waitFor()
    expect(await page.locator('[data-test="retry"], [data-test="retry-all"]').count()).toBe(0)
    const failure = (await heard()).find(({ event }) => event === 'upload-failed')
    expect(failure?.info).toMatchObject({
      status: '400',
      code: 'IMAGE_INVALID',
      hint: 'Invalid image file',
    })
  })

  it('of the set-up is shown with advice, and can be retried', async () => {
    server.sign = () => ({ status: 404, body: '<h1>Not found</h1>' })
    await openWidget()
    await choose(png('a.png'))
    await page.getByText('Uploads are not set up yet').waitFor()
    expect(await page.textContent('pre')).toBe(`POST ${server.origin}/sign\n404 Not Found`)
    expect(await page.textContent('.note code')).toBe('signatureEndpoint')
    server.sign = () => ({
      body: { signature: 's', upload_url: `${server.origin}/v1_1/demo`, params: {} },
    })
    await page.click('[data-test="try-again"]')
    await hears('success')
  })

  it('of a signed-out user is shown at opening', async () => {
    server.discovery = {
      status: 401,
      body: { error: { code: 'unauthorized', message: 'Sign in.' } },
    }
    await visit()
    await page.click('#open')
    await page.getByText('You are signed out').waitFor()
    expect((await heard()).map(({ event }) => event)).toEqual([
      'display-changed',
      'configuration-failed',
    ])
  })

  it('of too many files is shown for each file that is left out', async () => {
    neverAnswer()
    await openWidget({ options: { max_files: 2 } })
    await choose(png('a.png'), png('b.png'), png('c.png'))
    await page.getByText('Only 2 files fit. 1 was left out.').first().waitFor()
    expect(await eventNames()).toContain('batch-cancelled')
    expect(await page.locator('.row').count()).toBe(2)
  })
})

/**
 * Creates a photo whose left half is red and whose right half is blue. Its Exif block says that the
 * left side is the top.
 */
async function sidewaysPhoto(): Promise<Picked> {
  const [width, height] = [1200, 800]
  const blue = await sharp({
    create: { width: width / 2, height, channels: 3, background: '#00f' },
  })
    .png()
    .toBuffer()
  const buffer = await sharp({ create: { width, height, channels: 3, background: '#f00' } })
    .composite([{ input: blue, left: width / 2, top: 0 }])
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer()
  return { name: 'sideways.jpg', mimeType: 'image/jpeg', buffer }
}

function topAndBottom(element: Element): { isUpright: boolean; top: string; bottom: string } {
  const { width, height } = element as HTMLCanvasElement
  const copy = new OffscreenCanvas(width, height).getContext('2d')
  copy?.drawImage(element as HTMLCanvasElement, 0, 0)
  const colorAt = (y: number): string => {
    const [red = 0, , blue = 0] = copy?.getImageData(width / 2, y, 1, 1).data ?? []
    return red > blue ? 'red' : 'blue'
  }
  return { isUpright: height > width, top: colorAt(2), bottom: colorAt(height - 3) }
}
