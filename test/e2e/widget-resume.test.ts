/** Uploads whose page, browser or server went away in the middle, against the media server and the signing endpoint themselves. */

import { join } from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { type KillableChromium, launchKillable } from './chromium.js'
import { addressOf, folder, hearsOn, infoOf, page, stack, useStack } from './stack-page.js'

useStack('widget-resume')

const OPTIONS = { maxChunkSize: 5_000_000, singleUploadAutoClose: false }
/** The picture that is picked. */
let path: string
let bytes: number

beforeAll(async () => {
  // Noise does not compress: about 11 MB.
  path = join(folder, 'large.png')
  const { size } = await sharp({
    create: {
      width: 1930,
      height: 1900,
      channels: 3,
      background: '#888',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  })
    .png({ compressionLevel: 0 })
    .toFile(path)
  bytes = size
})

describe('an upload goes on where it was', () => {
  it('after the server was killed and the page reloaded', async () => {
    await startUpload(page)
    await stack.killServer()
    await stack.startServer()
    const ranges = watchRanges(page)
    // Retries of the old page stay blocked until it is gone, and their ranges do not count.
    page.once('framenavigated', () => ranges.splice(0))
    await page.reload()
    await expectRest(page, ranges)
  })

  // A new tab may be another person's: it takes up what the page says is this user's.
  it('after the browser was killed, for the user whose it is', async () => {
    const ofAlice = { ...OPTIONS, resumeScope: 'alice' }
    const profile = join(folder, 'profile')
    const first = await launchKillable(profile)
    await startUpload(await pageOf(first), ofAlice).finally(() => first.kill())
    const second = await launchKillable(profile)
    try {
      const after = await pageOf(second)
      const ranges = watchRanges(after)
      await after.goto(addressOf(ofAlice))
      await expectRest(after, ranges)
    } finally {
      await second.kill()
    }
  })
})

describe('after a reload, without opening the widget', () => {
  it('shows as the minimized bar and goes on, and is no longer noted once it is done', async () => {
    await startUpload(page)
    const ranges = watchRanges(page)
    page.once('framenavigated', () => ranges.splice(0))
    await page.reload()
    await page.waitForSelector('[part=minibar]')
    expect(await page.locator('dialog[open]').count()).toBe(0)
    const heard = await hearsOn(page, 'success')
    expect(ranges).toEqual(['5000000', '10000000'])
    expect(infoOf(heard, 'success')).toMatchObject({ bytes })
    await expect.poll(() => noted(page)).toBe(false)
  })

  it('asks for a file whose bytes the browser did not keep, and goes on with it', async () => {
    await startUpload(page)
    await page.evaluate(`new Promise((resolve) => {
      indexedDB.open('countersign-files').onsuccess = ({ target }) => {
        const change = target.result.transaction('files', 'readwrite')
        change.objectStore('files').clear()
        change.oncomplete = resolve
      }
    })`)
    await page.reload()
    const bar = page.locator('[part=minibar]')
    await bar.getByText('large.png').waitFor()
    await bar.getByText(/Choose this file again to go on at \d+/).waitFor()
    const ranges = watchRanges(page)
    await bar.locator('[data-test=expand]').click()
    await page.setInputFiles('input[type=file]', path)
    await hearsOn(page, 'success')
    expect(ranges).toEqual(['5000000', '10000000'])
  })

  it('shows nothing with resume: false', async () => {
    await startUpload(page)
    const requests: string[] = []
    await page.goto(addressOf({ ...OPTIONS, resume: false }))
    page.on('request', (request) => requests.push(request.url()))
    await page.evaluate('new Promise((resolve) => setTimeout(resolve))')
    expect(requests).toEqual([])
    expect(await page.locator('countersign-widget').count()).toBe(0)
  })
})

/** Whether the tab has noted an unfinished upload. */
function noted(on: Page): Promise<boolean> {
  return on.evaluate(`sessionStorage.getItem('countersign:resume:') !== null`)
}

/** The first part is stored; the second is not let through, so that there is something to go on with. */
async function startUpload(on: Page, options: object = OPTIONS): Promise<void> {
  const ranges = watchRanges(on)
  await on.goto(addressOf(options))
  await on.evaluate('widget.open()')
  await on.waitForSelector('dialog[open] [data-test="browse"]')
  // The page that is loaded next continues by itself.
  let isBlocked = true
  on.once('framenavigated', () => {
    isBlocked = false
  })
  await on.route('**/upload', (route) =>
    isBlocked && route.request().headers()['content-range']?.startsWith('bytes 5000000-')
      ? undefined
      : route.fallback(),
  )
  await on.setInputFiles('input[type=file]', path)
  await expect.poll(() => ranges).toContain('5000000')
  await expect
    .poll(() => on.evaluate('indexedDB.databases().then((all) => all.map(({ name }) => name))'))
    .toContain('countersign-files')
  await expect.poll(() => noted(on)).toBe(!('resumeScope' in options))
}

async function expectRest(on: Page, ranges: readonly string[]): Promise<void> {
  await on.evaluate('widget.open()')
  const heard = await hearsOn(on, 'success')
  expect(ranges).toEqual(['5000000', '10000000'])
  expect(infoOf(heard, 'success')).toMatchObject({
    bytes,
    original_filename: 'large',
  })
}

/** Ranges of the parts that are sent, as they leave. */
function watchRanges(on: Page): string[] {
  const ranges: string[] = []
  on.on('request', (request) => {
    const range = request.headers()['content-range']
    if (range) ranges.push(range.replace(/^bytes (\d+)-.*$/, '$1'))
  })
  return ranges
}

async function pageOf({ context }: KillableChromium): Promise<Page> {
  return context.pages()[0] ?? context.newPage()
}
