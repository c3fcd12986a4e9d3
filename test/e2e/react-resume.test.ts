/** The dropzone and the headless hook continue unfinished uploads after a real reload, against both real servers. */

import { beforeAll, describe, expect, it } from 'vitest'
import { bundleReactApp } from './bundle-react-app.js'
import { folder, page, stack, useStack } from './stack-page.js'
import {
  isNoted,
  type LargePicture,
  REST,
  uploadFirstPart,
  watchNextRanges,
  writeLargePicture,
} from './unfinished-upload.js'

useStack('react-resume')

const OPTIONS = { maxChunkSize: 5_000_000 }
const FILE = '[data-countersign=file]'
let large: LargePicture

beforeAll(async () => {
  large = await writeLargePicture(folder)
  const body =
    '<!doctype html><html lang="en"><title>A page</title><div id="root"></div><script src="/react.js"></script></html>'
  stack.pages.set('/react', { type: 'text/html', body })
  stack.pages.set('/react.js', { type: 'text/javascript', body: await bundleReactApp() })
})

describe('UploadDropzone', () => {
  it('shows an unfinished upload after a reload, and continues it by itself', async () => {
    await startUpload('plain')
    const ranges = watchNextRanges(page)
    await page.reload()
    await page.locator(FILE).getByText('large.png').waitFor()
    await page.getByText('1 file uploaded').waitFor()
    expect(ranges).toEqual(REST)
    expect(await page.locator('input[name=photos]').count()).toBe(1)
    await expect.poll(() => isNoted(page)).toBe(false)
  })

  it('asks for a file whose bytes the browser did not keep, and continues with it', async () => {
    await startUpload('plain')
    await forgetFiles()
    const ranges = watchNextRanges(page)
    await page.reload()
    await page.getByText('Choose the file again to go on').waitFor()
    await page.setInputFiles('input[type=file]', large.path)
    await page.getByText('1 file uploaded').waitFor()
    expect(ranges).toEqual(REST)
    expect(await page.locator(FILE).count()).toBe(1)
  })

  it('continues an upload when the component comes back into the page', async () => {
    await startUpload('plain')
    const ranges = watchNextRanges(page)
    await page.click('#leave')
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    ranges.splice(0)
    await page.click('#back')
    await page.getByText('1 file uploaded').waitFor()
    expect(ranges).toEqual(REST)
  })

  it.each(['Reset', 'Cancel large.png'])('does not continue an upload after %s', async (button) => {
    await startUpload('plain')
    await page.getByRole('button', { name: button }).click()
    await expectNothingAfterReload()
  })

  it('shows and requests nothing with resume: false', async () => {
    await startUpload('plain')
    const requests: string[] = []
    await page.goto(addressOf('plain', { ...OPTIONS, resume: false }))
    page.on('request', (request) => requests.push(request.url()))
    await page.evaluate('new Promise((resolve) => setTimeout(resolve))')
    expect([requests, await page.locator(FILE).count()]).toEqual([[], 0])
  })
})

describe('useUploadQueue', () => {
  it('has an unfinished upload after a reload, and continues it by itself', async () => {
    await startUpload('headless')
    const ranges = watchNextRanges(page)
    await page.reload()
    await page.getByText('large.png done').waitFor()
    expect(ranges).toEqual(REST)
    expect(await page.textContent('#headless p')).toBe('1')
  })

  it('continues after a closed tab the uploads of resumeScope, also in snake_case', async () => {
    const options = { max_chunk_size: 5_000_000, resume_scope: 'alice' }
    await startUpload('headless', options)
    const next = await page.context().newPage()
    await page.close()
    const ranges = watchNextRanges(next)
    await next.goto(addressOf('headless', options))
    await next.getByText('large.png done').waitFor()
    expect(ranges).toEqual(REST)
  })

  it('does not continue an upload after clear', async () => {
    await startUpload('headless')
    await page.getByRole('button', { name: 'Clear' }).click()
    await expectNothingAfterReload()
  })
})

function addressOf(part: string, options: object): string {
  const query = new URLSearchParams({ part, options: JSON.stringify(options) })
  return `${stack.origin}/react?${query}`
}

async function startUpload(part: string, options: object = OPTIONS): Promise<void> {
  await page.goto(addressOf(part, options))
  await page.waitForSelector('input[type=file]', { state: 'attached' })
  await uploadFirstPart(page, large.path)
}

async function forgetFiles(): Promise<void> {
  await page.evaluate(`new Promise((resolve) => {
    indexedDB.open('countersign-files').onsuccess = ({ target }) => {
      const change = target.result.transaction('files', 'readwrite')
      change.objectStore('files').clear()
      change.oncomplete = resolve
    }
  })`)
}

async function expectNothingAfterReload(): Promise<void> {
  await expect.poll(() => isNoted(page)).toBe(false)
  const requests: string[] = []
  page.on('request', (request) => requests.push(new URL(request.url()).pathname))
  await page.reload()
  await page.waitForSelector('input[type=file]', { state: 'attached' })
  expect(requests).not.toContain('/sign')
  expect(await page.getByText('large.png').count()).toBe(0)
}
