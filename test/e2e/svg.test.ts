/** Tests SVG of drawing programs: stores it on the real server and shows it in a browser. */

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  FULL_KEY,
  formOf,
  type RunningServer,
  signed,
  startTestServer,
} from '../../packages/server/test/running-server.js'
import { launchChromium } from './chromium.js'

const NS = 'http://www.w3.org/2000/svg'

let running: RunningServer
let browser: Browser
let page: Page
beforeAll(async () => {
  running = await startTestServer()
  browser = await launchChromium()
  page = await browser.newPage()
})
afterAll(async () => {
  await browser.close()
  await running.close()
})

interface Shown {
  readonly size: readonly number[]
  /** Red, green, blue and alpha of the middle pixel. */
  readonly color: readonly number[]
}

/** Shows the picture in the page, as an app does. */
async function show(address: string): Promise<Shown> {
  return page.evaluate(async (url) => {
    const image = new Image()
    image.crossOrigin = 'anonymous'
    image.src = url
    await image.decode()
    const canvas = document.createElement('canvas')
    const { naturalWidth, naturalHeight } = image
    Object.assign(canvas, { width: naturalWidth, height: naturalHeight })
    const context = canvas.getContext('2d')
    context?.drawImage(image, 0, 0)
    const middle = context?.getImageData(naturalWidth / 2, naturalHeight / 2, 1, 1)
    return { size: [naturalWidth, naturalHeight], color: [...(middle?.data ?? [])] }
  }, address)
}

it.each([
  [
    'of Illustrator, with entities for namespaces and styles',
    `<?xml version="1.0" encoding="utf-8"?><!-- Generator: Adobe Illustrator --><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [<!ENTITY ns_svg "${NS}"><!ENTITY st0 "fill:#0000FF;">]><svg xmlns="&ns_svg;" width="120px" height="80px"><rect style="&st0;" width="120" height="80"/></svg>`,
  ],
  [
    'with a prefix',
    `<s:svg xmlns:s="${NS}" width="120" height="80"><s:rect fill="#00f" width="120" height="80"/></s:svg>`,
  ],
  [
    'in UTF-16',
    Buffer.from(
      `\ufeff<svg xmlns="${NS}" width="120" height="80"><rect fill="#00f" width="120" height="80"/></svg>`,
      'utf16le',
    ),
  ],
])("shows a drawing %s in the size of the upload's answer", async (_, content) => {
  const file = { bytes: Buffer.from(content), name: 'drawing.svg', type: 'image/svg+xml' }
  const { json } = await running.post('image/upload', formOf(signed(FULL_KEY), file))
  const { size, color } = await show(json.secure_url)
  expect(size).toEqual([json.width, json.height])
  expect(color).toEqual([0, 0, 255, 255])
})
