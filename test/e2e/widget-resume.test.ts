/**
 * Tests uploads that were interrupted by a closed page, browser or server, with a real media server
 * and signing endpoint.
 */

import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type KillableChromium, launchKillable } from './chromium.js'
import { addressOf, folder, hearsOn, infoOf, page, stack, useStack } from './stack-page.js'
import {
  isNoted,
  REST,
  uploadFirstPart,
  watchNextRanges,
  watchRanges,
  writeLargePicture,
} from './unfinished-upload.js'

useStack('widget-resume')

const OPTIONS = { maxChunkSize: 5_000_000, singleUploadAutoClose: false }
/** The picture to upload. */
let path: string
let bytes: number

beforeAll(async () => {
  ;({ path, bytes } = await writeLargePicture(folder))
})

describe('an upload continues where it was', () => {
  it('after the server was killed and the page reloaded', async () => {
    await startUpload(page)
    await stack.killServer()
    await stack.startServer()
    const ranges = watchNextRanges(page)
    await page.reload()
    await expectRest(page, ranges)
  })

  // A new tab may belong to another person. It continues only uploads of the user that the page names.
  it('after the browser was killed, for the same user', async () => {
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
  it('shows as the minimized bar, continues, and is forgotten after it is done', async () => {
    await startUpload(page)
    const ranges = watchNextRanges(page)
    await page.reload()
    await page.waitForSelector('[part=minibar]')
    expect(await page.locator('dialog[open]').count()).toBe(0)
    const heard = await hearsOn(page, 'success')
    expect(ranges).toEqual(REST)
    expect(infoOf(heard, 'success')).toMatchObject({ bytes })
    await expect.poll(() => isNoted(page)).toBe(false)
  })

  it('asks for a file that the browser did not keep, and continues with it', async () => {
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
    expect(ranges).toEqual(REST)
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

async function startUpload(on: Page, options: object = OPTIONS): Promise<void> {
  await on.goto(addressOf(options))
  await on.evaluate('widget.open()')
  await on.waitForSelector('dialog[open] [data-test="browse"]')
  await uploadFirstPart(on, path)
  await expect.poll(() => isNoted(on)).toBe(!('resumeScope' in options))
}

async function expectRest(on: Page, ranges: readonly string[]): Promise<void> {
  await on.evaluate('widget.open()')
  const heard = await hearsOn(on, 'success')
  expect(ranges).toEqual(REST)
  expect(infoOf(heard, 'success')).toMatchObject({
    bytes,
    original_filename: 'large',
  })
}

async function pageOf({ context }: KillableChromium): Promise<Page> {
  return context.pages()[0] ?? context.newPage()
}
