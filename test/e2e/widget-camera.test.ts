/** Tests the widget's camera, in a browser with a camera. */

import { describe, expect, it } from 'vitest'
import { auditViews, showArabic } from './audit-views.js'
import {
  context,
  eventNames,
  hears,
  openWidget,
  page,
  server,
  until,
  useCamera,
} from './widget-page.js'
import { VIEWS } from './widget-views.js'

useCamera()

const CAMERA_VIEWS = VIEWS.filter(({ hasCamera }) => hasCamera).map(({ name }) => name)

describe('the camera', () => {
  it('takes a photo and uploads it', async () => {
    await openWidget({ options: { sources: ['local', 'camera'] } })
    await context.grantPermissions(['camera', 'microphone'])
    await page.click('[data-test="camera"]')
    await page.waitForSelector('[data-test="live"]')
    await until(
      `document.querySelector('countersign-widget').shadowRoot.querySelector('video').videoWidth > 0`,
    )
    await page.click('[data-test="capture"]')
    await page.click('[data-test="use"]')
    await hears('success')
    expect(server.uploads[0]?.fileName).toMatch(/^photo-[\d-]+\.jpg$/)
    expect(await eventNames()).toContain('source-changed')
  })

  it('records a video, uploads it, and stops the camera', async () => {
    await openWidget({ options: { sources: ['local', 'camera'] } })
    await context.grantPermissions(['camera', 'microphone'])
    await page.evaluate(`{
      window.tracks = []
      const { getUserMedia } = MediaDevices.prototype
      MediaDevices.prototype.getUserMedia = async function (wanted) {
        const stream = await getUserMedia.call(this, wanted)
        tracks.push(...stream.getTracks())
        return stream
      }
    }`)
    await page.click('[data-test="camera"]')
    await page.getByRole('radio', { name: 'Video' }).click()
    await page.click('[data-test="capture"]')
    await page.getByText('Recording 0:01').waitFor()
    await page.click('[data-test="capture"]')
    await page.click('[data-test="use"]')
    await hears('success')
    expect(server.uploads[0]?.fileName).toMatch(/^video-[\d-]+\.(webm|mp4)$/)
    expect(server.uploads[0]?.fileSize).toBeGreaterThan(1000)
    expect(await page.evaluate(`tracks.every(({ readyState }) => readyState === 'ended')`)).toBe(
      true,
    )
  })

  it('shows that access was refused, and leads back to files', async () => {
    await openWidget({ options: { sources: ['local', 'camera'] } })
    await page.click('[data-test="camera"]')
    await page.getByText('Camera access is blocked').waitFor()
    const chooser = page.waitForEvent('filechooser')
    await page.evaluate('0')
    await page.getByText('Choose files instead').click()
    await chooser
    await page.waitForSelector('[data-test="browse"]')
  })

  it('has no violation in its views, light or dark', async () => {
    expect(CAMERA_VIEWS).toEqual(['camera', 'camera-blocked'])
    expect(await auditViews(CAMERA_VIEWS)).toEqual([])
  })

  it('is mirrored in Arabic', async () => {
    await showArabic(CAMERA_VIEWS)
    const direction = `getComputedStyle(document.querySelector('countersign-widget').shadowRoot.querySelector('.panel')).direction`
    expect(await page.evaluate(direction)).toBe('rtl')
  })
})
