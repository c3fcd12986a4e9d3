/**
 * Shows every failure message on a phone of 375 px, where least fits. `npm run screenshots` also shows them in light and dark, and takes
 * pictures for the documents.
 */

import { appendFile, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { dropTexts } from './drop-files.js'
import { TAKES_PICTURES, takePicture } from './take-picture.js'
import {
  choose,
  context,
  type PageSettings,
  page,
  server,
  until,
  usePublicHost,
  visit,
} from './widget-page.js'
import { photo } from './widget-views.js'

usePublicHost()

const NOT_NOW = 'Uploads do not work right now. Please try again later.'
const SIGNED_OUT = {
  status: 401,
  body: { error: { code: 'unauthorized', message: 'Sign in first: this endpoint …' } },
}

/** A message, and the steps that cause it on a loaded page. */
interface Message {
  readonly name: string
  readonly text: string
  /** False if the page is on localhost and also shows the detail. @default true */
  readonly isPublic?: boolean
  readonly options?: object
  show(): Promise<void>
}

/** Opens the widget. */
async function open(): Promise<void> {
  await page.click('#open')
  await page.waitForSelector('dialog[open] [data-test="browse"]')
}

/** Uploads a photo that the media server refuses. */
function refused(status: number, message: string, fileName = 'coffee.jpg'): () => Promise<void> {
  return async () => {
    server.upload = () => ({ status, body: { error: { message } } })
    await open()
    await choose(await photo('coffee', fileName))
  }
}

/** Chooses a file that the widget refuses together with one that it uploads. */
function beside(name: string, mimeType: string, bytes: number): () => Promise<void> {
  return async () => {
    await open()
    await choose(await photo('coffee'), { name, mimeType, buffer: Buffer.alloc(bytes, 1) })
  }
}

/** Adds a token to every uploaded asset. With the token, the widget can delete the asset. */
function giveDeleteTokens(): void {
  const { upload } = server
  server.upload = async (received) => {
    const answer = await upload(received)
    if (answer?.status !== undefined) return answer
    return { body: { ...(answer?.body as object), delete_token: 'token' } }
  }
}

/** Uploads two photos. */
async function uploadPhotos(): Promise<void> {
  await open()
  await choose(await photo('coffee'), await photo('cat'))
  await page.waitForSelector('.tile')
}

/** Presses the button that deletes a photo. The media server refuses the deletion. */
async function refuseDeletion(): Promise<void> {
  server.pages.set('/v1_1/demo/delete_by_token', { status: 400, body: {} })
  await page.getByRole('button', { name: 'Delete coffee.jpg from the server' }).press('Delete')
}

/** Uploads a photo beside one that the media server refuses, so that the widget shows rows. */
async function uploadRows(): Promise<void> {
  const { upload } = server
  server.upload = (received) =>
    received.fileName === 'cat.jpg'
      ? { status: 400, body: { error: { message: 'Invalid image file' } } }
      : upload(received)
  giveDeleteTokens()
  await open()
  await choose(await photo('coffee'), await photo('cat'))
  await page.waitForSelector('.row[data-state="done"]')
  await page.waitForSelector('.row[data-state="failed"]')
}

const PART_BYTES = 5_000_000

/** Uploads the first part of a large photo, and loads the page again. */
async function reloadUnfinished(isFileKept: boolean): Promise<void> {
  let parts = 0
  server.upload = () => {
    parts += 1
    return parts === 1 ? { body: { done: false } } : new Promise(() => undefined)
  }
  await context.route('**/upload_sessions/*', (route) =>
    route.fulfill({
      headers: { 'access-control-allow-origin': '*' },
      json: { status: 'pending', received: [[0, PART_BYTES - 1]] },
    }),
  )
  await open()
  const { buffer, ...file } = await photo('coffee')
  // Decoders ignore bytes after the picture.
  await choose({ ...file, buffer: Buffer.concat([buffer, Buffer.alloc(2 * PART_BYTES)]) })
  await expect.poll(() => parts).toBe(1)
  await expect.poll(() => page.evaluate(KEPT_FILES)).toBe(1)
  if (!isFileKept) await page.evaluate(FORGET_FILES)
  await page.reload()
  await page.waitForSelector('[part=minibar]')
}

const request = (call: string): string => `new Promise((resolve) => {
  indexedDB.open('countersign-files').onsuccess = ({ target: { result } }) => {
    const request = result.transaction('files', 'readwrite').objectStore('files').${call}
    request.onsuccess = () => resolve(request.result)
  }
})`
const KEPT_FILES = `indexedDB.databases().then((all) =>
  all.some(({ name }) => name === 'countersign-files') ? ${request('count()')} : 0)`
const FORGET_FILES = request('clear()')

/** Drops a picture of another web page. The address of the picture means nothing to a server. */
async function dropPagePicture(): Promise<void> {
  await open()
  const src = 'data:image/png;base64,iVBORw0KGgo='
  await dropTexts(page.locator('.panel'), {
    'text/html': `<img src="${src}">`,
    'text/uri-list': src,
  })
}

/** Chooses a file on disk and then changes it. */
async function changeFile(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'changed-'))
  const path = join(folder, 'coffee.jpg')
  await writeFile(path, (await photo('coffee')).buffer)
  try {
    await open()
    await page.setInputFiles('input[type=file]', path)
    await page.getByText('1 file ready').waitFor()
    await appendFile(path, 'more')
    // Browsers compare whole seconds.
    await utimes(path, new Date(), new Date(Date.now() + 60_000))
    await page.click('[data-test="upload"]')
    await page.getByText('The file has changed.').first().waitFor()
  } finally {
    await rm(folder, { recursive: true })
  }
}

const WRONG_SECRET = refused(
  401,
  `Invalid Signature ${'0'.repeat(40)}. String to sign - 'timestamp=1'.`,
)
const STALE = refused(400, 'Stale request - reported time is 2026-12-01 01:00:00 +0000')
const PRESET = refused(400, 'Upload preset not found')

const MESSAGES: readonly Message[] = [
  { name: 'wrong-secret', text: NOT_NOW, show: WRONG_SECRET },
  { name: 'wrong-secret-localhost', text: NOT_NOW, isPublic: false, show: WRONG_SECRET },
  { name: 'stale-clock', text: NOT_NOW, show: STALE },
  { name: 'stale-clock-localhost', text: NOT_NOW, isPublic: false, show: STALE },
  { name: 'preset-missing', text: NOT_NOW, show: PRESET },
  { name: 'preset-missing-localhost', text: NOT_NOW, isPublic: false, show: PRESET },
  {
    name: 'not-a-picture',
    text: 'This is not a picture we can open.',
    show: refused(400, 'Invalid image file'),
  },
  {
    name: 'wrong-type',
    text: 'PDF files are not accepted. Choose JPG or PNG.',
    options: { clientAllowedFormats: ['jpg', 'png'] },
    show: beside('menu.pdf', 'application/pdf', 900),
  },
  {
    name: 'too-large',
    text: 'Too large: 3 MB. Choose a file up to 2 MB.',
    options: { maxImageFileSize: 2_000_000 },
    show: beside('observatory.tif', 'image/tiff', 3_000_000),
  },
  {
    name: 'unreachable',
    text: 'Cannot reach the upload server. Trying again…',
    show: async () => {
      server.upload = () => null
      await open()
      await choose(await photo('coffee'))
    },
  },
  {
    name: 'unreachable-localhost',
    text: 'Cannot reach the upload server. Trying again…',
    isPublic: false,
    show: async () => {
      server.upload = () => null
      await open()
      await choose(await photo('coffee'))
    },
  },
  {
    name: 'offline',
    text: 'You are offline.',
    show: async () => {
      server.upload = () => new Promise(() => undefined)
      await open()
      await choose(await photo('coffee'))
      await page.waitForSelector('.row')
      await expect.poll(() => server.uploads.length).toBe(1)
      await context.setOffline(true)
      await choose(await photo('cat'))
    },
  },
  {
    name: 'file-changed',
    text: 'The file has changed. Choose it again.',
    options: { autoUpload: false },
    show: changeFile,
  },
  {
    name: 'signed-out',
    text: 'Your session ended. Sign in again, then retry.',
    options: { signInUrl: '/signin' },
    show: async () => {
      server.discovery = SIGNED_OUT
      await page.click('#open')
    },
  },
  {
    name: 'signed-out-row',
    text: 'Your session ended. Sign in again, then retry.',
    options: { signInUrl: '/signin' },
    show: async () => {
      server.sign = () => SIGNED_OUT
      await open()
      await choose(await photo('coffee'))
    },
  },
  {
    name: 'missing-route',
    text: NOT_NOW,
    show: async () => {
      server.sign = () => ({ status: 404, body: '<h1>Not found</h1>' })
      await open()
      await choose(await photo('coffee'))
    },
  },
  {
    name: 'missing-route-localhost',
    text: 'Create this route',
    isPublic: false,
    show: async () => {
      server.sign = () => ({ status: 404, body: '<h1>Not found</h1>' })
      await open()
      await choose(await photo('coffee'))
    },
  },
  {
    name: 'deletion-refused',
    text: 'coffee.jpg could not be deleted.',
    show: async () => {
      giveDeleteTokens()
      await uploadPhotos()
      await refuseDeletion()
    },
  },
  {
    name: 'deletion-refused-row',
    text: 'coffee.jpg could not be deleted.',
    show: async () => {
      await uploadRows()
      await refuseDeletion()
    },
  },
  {
    name: 'uploaded-with-delete',
    text: '2 files uploaded',
    show: async () => {
      giveDeleteTokens()
      await uploadPhotos()
      await page.getByRole('button', { name: 'Delete coffee.jpg from the server' }).focus()
    },
  },
  {
    name: 'uploaded-without-delete',
    text: '2 files uploaded',
    show: async () => {
      await uploadPhotos()
      await page.getByRole('button', { name: 'Remove coffee.jpg from the list' }).focus()
    },
  },
  {
    name: 'page-picture',
    text: 'Pictures of other pages cannot be added. Save the picture, then choose the file.',
    show: dropPagePicture,
  },
  {
    name: 'unfinished',
    text: 'Uploading 1 of 1',
    // Browsers keep files on secure pages only.
    isPublic: false,
    options: { maxChunkSize: PART_BYTES },
    show: () => reloadUnfinished(true),
  },
  {
    name: 'unfinished-choose-again',
    text: 'Choose this file again to go on at',
    isPublic: false,
    options: { maxChunkSize: PART_BYTES },
    show: () => reloadUnfinished(false),
  },
]

/** True if every visible thumbnail is drawn. */
const DRAWN = `[...document.querySelector('countersign-widget').shadowRoot.querySelectorAll('canvas')]
  .every((canvas) => canvas.dataset.fit || !canvas.checkVisibility())`

/** Elements that are cut off or reach over the sides of the panel. */
const OVERFLOWING = `(() => {
  const { shadowRoot } = document.querySelector('countersign-widget')
  const panel = [...shadowRoot.querySelectorAll('.panel, .mini')].find((each) => each.checkVisibility()).getBoundingClientRect()
  return [...shadowRoot.querySelectorAll(':is(.panel, .mini) :is(button, a, h2, h3, p, .row, .tile, [data-test="detail"])')]
    .filter((each) => each.checkVisibility() && !each.closest('.sr'))
    .filter((each) => { const { left, right, width } = each.getBoundingClientRect(); return width > 0 && (left < panel.left - 1 || right > panel.right + 1 || right > innerWidth + 1) })
    .map((each) => each.outerHTML.slice(0, 100))
})()`

const SHAPES: readonly (readonly [string, PageSettings])[] = [
  ['light', {}],
  ['dark', { isDark: true }],
  ['phone', { isPhone: true }],
]

const SHOWN = TAKES_PICTURES ? SHAPES : SHAPES.filter(([shape]) => shape === 'phone')

describe.each(SHOWN)('in the shape %s', (shape, settings) => {
  it.each(MESSAGES)(
    'the message $name is visible, inside the dialog',
    async ({ name, text, isPublic = true, options, show }) => {
      await visit({ ...settings, isPublic, ...(options ? { options } : {}) })
      if (settings.isPhone) await page.setViewportSize({ width: 375, height: 740 })
      await show()
      await page
        .locator('.panel, .mini')
        .getByText(text)
        .filter({ visible: true })
        .first()
        .waitFor()
      await until(DRAWN)
      expect(await page.evaluate(OVERFLOWING)).toEqual([])
      await takePicture(page, `message-${name}-${shape}`)
    },
  )
})
