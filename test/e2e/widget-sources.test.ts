/** Tests links and the screen as sources of files, with the real server. */

import { describe, expect, it } from 'vitest'
import { hears, infoOf, names, open, page, photo, stack, useStack } from './stack-page.js'

useStack('widget-sources', {
  presets: { default: { limits: { accept: ['image/*', 'video/*'] }, params: () => ({}) } },
  ceiling: [
    '--accept',
    'image/*,video/*',
    '--resource-types',
    'image,video',
    '--sources',
    'file,url',
  ],
  mayReadApp: true,
  // With these switches, Chromium shares a screen with a clock without asking.
  chromium: {
    isWhole: true,
    args: ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'],
  },
})

const OPTIONS = { sources: ['local', 'url', 'screen'], singleUploadAutoClose: false }

describe('a link', () => {
  async function addLink(url: string): Promise<void> {
    const { type, body } = { type: 'image/png', body: photo('').buffer }
    stack.pages.set('/holiday.png', { type, body })
    await open(OPTIONS)
    await page.click('[data-test="url"]')
    await page.fill('[data-test="search-input-box"]', url)
    await page.click('[data-test="upload-from-link-btn"]')
  }

  it('is sent as the file, and the server fetches it', async () => {
    const url = `${stack.origin}/holiday.png`
    const sent = page.waitForRequest(/\/v1_1\/stack\/auto\/upload$/)
    await addLink(url)
    const heard = await hears('queues-end')
    expect((await sent).postData()).toMatch(`name="file"\r\n\r\n${url}\r\n`)
    expect(names(heard)).toEqual([
      'display-changed',
      'source-changed',
      'upload-added',
      'queues-start',
      'success',
      'queues-end',
    ])
    expect(infoOf(heard, 'source-changed')).toEqual({ source: 'url' })
    expect(infoOf(heard, 'upload-added')).toMatchObject({ file: { name: 'holiday.png' } })
    const result = infoOf(heard, 'success')
    expect(result).toMatchObject({
      original_filename: 'holiday',
      format: 'png',
      width: 40,
      height: 30,
      bytes: photo('').buffer.length,
    })
    const { secure_url } = result as { secure_url: string }
    const stored = await (await fetch(secure_url)).arrayBuffer()
    expect(Buffer.from(stored).equals(photo('').buffer)).toBe(true)
  })

  it.each([
    ['a private host', () => stack.origin.replace('127.0.0.1', 'localhost')],
    ['a port that is not the allowed one', () => 'http://127.0.0.1:1'],
    ['nothing', () => `${stack.origin}/not-there`],
  ])('to %s is reported as not found', async (_, origin) => {
    await addLink(`${origin()}/holiday.png`)
    const sentence = 'Nothing was found at this address. Check it, then try again.'
    await page.locator('[part~="item"]').getByText(sentence).waitFor()
    const heard = await hears('queues-end')
    expect(names(heard)).toEqual([
      'display-changed',
      'source-changed',
      'upload-added',
      'queues-start',
      'upload-failed',
      'queues-end',
    ])
    expect(infoOf(heard, 'upload-failed')).toMatchObject({
      code: 'SOURCE_UNREACHABLE',
      message: sentence,
    })
    await page.getByRole('button', { name: 'Retry', exact: true }).waitFor()
  })
})

describe('the screen', () => {
  async function share(): Promise<void> {
    await open(OPTIONS)
    await page.evaluate(`{
      window.tracks = []
      const { getDisplayMedia } = MediaDevices.prototype
      MediaDevices.prototype.getDisplayMedia = async function (wanted) {
        const stream = await getDisplayMedia.call(this, wanted)
        tracks.push(...stream.getTracks())
        return stream
      }
    }`)
    await page.click('[data-test="screen"]')
    await page.click('[data-test="capture-start"]')
    await page.waitForSelector('[data-test="live"]')
    const video = `document.querySelector('countersign-widget').shadowRoot.querySelector('video')`
    await expect
      .poll(() => page.evaluate(`${video}.videoWidth`), { timeout: 20_000 })
      .toBeGreaterThan(0)
  }

  function isLetGo(): Promise<boolean> {
    return page.evaluate(
      `tracks.length > 0 && tracks.every(({ readyState }) => readyState === 'ended')`,
    )
  }

  it('becomes a picture that is uploaded with sharp letters', async () => {
    await share()
    await page.click('[data-test="capture"]')
    await page.getByAltText('The photo that was taken').waitFor()
    expect(await isLetGo()).toBe(true)
    await page.click('[data-test="use"]')
    const heard = await hears('queues-end')
    expect(names(heard).slice(1)).toEqual([
      'source-changed',
      'upload-added',
      'queues-start',
      'success',
      'queues-end',
    ])
    expect(infoOf(heard, 'success')).toMatchObject({
      original_filename: expect.stringMatching(/^screen-[\d-]+$/),
      format: 'png',
      width: 1280,
      height: 720,
    })
  })

  it('becomes a video that is uploaded, and the sharing stops', async () => {
    await share()
    await page.getByRole('radio', { name: 'Video' }).click()
    await page.click('[data-test="capture"]')
    await page.getByText('Recording 0:01').waitFor()
    await page.click('[data-test="capture"]')
    await page.waitForSelector('[data-test="use"]')
    expect(await isLetGo()).toBe(true)
    await page.click('[data-test="use"]')
    const heard = await hears('queues-end')
    expect(infoOf(heard, 'success')).toMatchObject({
      original_filename: expect.stringMatching(/^recording-[\d-]+$/),
      resource_type: 'video',
    })
  })

  it('is a video up to the moment at which the person stops sharing', async () => {
    await share()
    await page.getByRole('radio', { name: 'Video' }).click()
    await page.click('[data-test="capture"]')
    await page.getByText('Recording 0:01').waitFor()
    // Does the same as the browser's own button.
    await page.evaluate(`for (const track of tracks) {
      track.stop()
      track.dispatchEvent(new Event('ended'))
    }`)
    await page.click('[data-test="use"]')
    expect(infoOf(await hears('success'), 'success')).toMatchObject({ resource_type: 'video' })
  })
})
