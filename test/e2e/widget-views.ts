/** Opens all views of the widget, one after the other in one page. @module */

import { readFile } from 'node:fs/promises'
import {
  choose,
  context,
  type PageSettings,
  type Picked,
  page,
  png,
  server,
  until,
  visit,
} from './widget-page.js'

/** One view of the widget. */
export interface View {
  readonly name: string
  /** True if the view asks the browser for a camera. @default false */
  readonly hasCamera?: boolean
  /** Opens the view in a page with a closed widget. */
  open(options?: object): Promise<void>
}

const PHOTOS = ['coffee', 'rocket', 'cat', 'astronaut'] as const
const SOURCES = ['local', 'camera', 'url', 'screen'] as const

/** Returns a photograph to upload. */
export async function photo(name: (typeof PHOTOS)[number], as = `${name}.jpg`): Promise<Picked> {
  const buffer = await readFile(new URL(`photos/${name}.jpg`, import.meta.url))
  return { name: as, mimeType: 'image/jpeg', buffer }
}

/** Loads the page for the views. Uploads end as the names of their files say. */
export async function visitViews(settings: PageSettings = {}): Promise<void> {
  await visit(settings)
  const { upload } = server
  server.upload = (received) => {
    if (received.fileName.startsWith('slow')) return new Promise(() => undefined)
    return received.fileName.startsWith('bad')
      ? { status: 400, body: { error: { message: 'The video cannot be read' } } }
      : upload(received)
  }
}

/** Closes the widget and opens a new one. */
export async function openNew(options: object = {}): Promise<void> {
  server.sign = SIGN
  await page.evaluate(`(async () => {
    await widget.destroy()
    document.querySelector('#inline')?.remove()
    heard.length = 0
    window.widget = cloudinary.createUploadWidget(
      { signatureEndpoint: '/sign', sources: ${JSON.stringify(SOURCES)}, ...${JSON.stringify(options)} }, hear)
    widget.open()
  })()`)
  await page.waitForSelector('.panel [data-test="browse"]')
}

let SIGN: typeof server.sign = () => ({ body: {} })

/** Stores how uploads are signed, because views with a failure change it. */
export function rememberSigning(): void {
  SIGN = server.sign
}

async function openQueue(options: object = {}): Promise<void> {
  await openNew({ maxImageFileSize: 2_000_000, ...options })
  await choose(
    await photo('coffee', 'slow-coffee-on-the-old-wooden-table-second-roll-final-edit.jpg'),
    await photo('rocket', 'slow-rocket-at-the-pad.jpg'),
    await photo('cat', 'chelsea.jpg'),
    await photo('astronaut', 'bad-astronaut.jpg'),
    { name: 'observatory-ridge.tif', mimeType: 'image/tiff', buffer: Buffer.alloc(2_100_000) },
  )
  await page.waitForSelector('.row[data-state="failed"]')
  await page.waitForSelector('.row[data-state="done"]')
  await drawn()
}

/** Waits until the visible thumbnails are drawn. */
async function drawn(): Promise<void> {
  await until(
    `[...document.querySelector('countersign-widget').shadowRoot.querySelectorAll('canvas')]
      .filter((canvas) => { const { top, bottom } = canvas.getBoundingClientRect(); return top >= 0 && bottom < innerHeight * 0.7 })
      .every((canvas) => canvas.dataset.fit)`,
  )
}

async function drag(type: string): Promise<void> {
  const data = await page.evaluateHandle(
    `(() => { const data = new DataTransfer(); for (const name of ['a', 'b', 'c', 'd']) data.items.add(new File(['x'], name, { type: '${type}' })); return data })()`,
  )
  await page.locator('.panel').dispatchEvent('dragover', { dataTransfer: data })
  await page.waitForSelector('[data-over]')
}

async function openInline(options: object = {}): Promise<void> {
  server.sign = SIGN
  await page.evaluate(`(async () => {
    await widget.destroy()
    document.querySelector('#inline')?.remove()
    const inline = document.createElement('div')
    inline.id = 'inline'
    document.querySelector('#form').after(inline)
    window.widget = cloudinary.createUploadWidget(
      { signatureEndpoint: '/sign', sources: ${JSON.stringify(SOURCES)}, inlineContainer: '#inline', ...${JSON.stringify(options)} }, hear)
    widget.open()
  })()`)
  await page.waitForSelector('#inline .panel [data-test="browse"]')
}

/** The views, in the order of the design. */
export const VIEWS: readonly View[] = [
  { name: 'empty', open: openNew },
  {
    name: 'dragging',
    async open(options) {
      await openNew(options)
      await drag('image/png')
    },
  },
  {
    name: 'dragging-refused',
    async open(options) {
      await openNew({ clientAllowedFormats: ['png', 'jpg'], ...options })
      await drag('application/pdf')
    },
  },
  { name: 'queue', open: openQueue },
  {
    name: 'close-question',
    async open(options) {
      await openQueue(options)
      await page.click('[data-test="close"]')
      await page.waitForSelector('[data-test="close-question"]')
    },
  },
  {
    name: 'failed',
    async open(options) {
      await openQueue(options)
      await page.click('[data-test="cancel-all"]')
      await page.waitForSelector('[data-test="queue-done"]')
    },
  },
  {
    name: 'menu',
    async open(options) {
      await openQueue(options)
      await page.click('[data-test="add-more"]')
      await page.waitForSelector('.menu')
    },
  },
  {
    name: 'ready',
    async open(options) {
      await openNew({ autoUpload: false, showAdvancedOptions: true, ...options })
      await choose(await photo('coffee'), await photo('cat'))
      await page.waitForSelector('[data-test="upload"]')
      await drawn()
    },
  },
  {
    name: 'options',
    async open(options) {
      await openNew({
        autoUpload: false,
        showAdvancedOptions: true,
        publicId: 'spring-menu/coffee',
        tags: ['menu', 'spring 2025'],
        ...options,
      })
      await choose(await photo('coffee'))
      await page.click('[data-test="btn-advanced"]')
      await page.waitForSelector('[data-test="options"]')
    },
  },
  {
    name: 'finished',
    async open(options) {
      await openNew(options)
      await choose(
        await photo('coffee'),
        await photo('rocket'),
        await photo('cat'),
        await photo('astronaut'),
      )
      await page.waitForSelector('.tile')
      await drawn()
    },
  },
  {
    name: 'link',
    async open(options) {
      await openNew(options)
      await page.click('[data-test="url"]')
      await page.fill('[data-test="search-input-box"]', 'photos.example.com/coffee')
      await page.click('[data-test="upload-from-link-btn"]')
      await page.waitForSelector('[aria-invalid="true"]')
    },
  },
  {
    name: 'camera',
    hasCamera: true,
    async open(options) {
      await context.grantPermissions(['camera', 'microphone'])
      await openNew(options)
      await page.click('[data-test="camera"]')
      await page.waitForSelector('[data-test="capture"]')
      await until(
        `document.querySelector('countersign-widget').shadowRoot.querySelector('video').videoWidth > 0`,
      )
    },
  },
  {
    name: 'camera-blocked',
    hasCamera: true,
    async open(options) {
      await context.clearPermissions()
      await openNew(options)
      await page.click('[data-test="camera"]')
      await page.waitForSelector('[data-test="capture-blocked"]')
    },
  },
  {
    name: 'screen',
    async open(options) {
      await openNew(options)
      await page.click('[data-test="screen"]')
      await page.waitForSelector('[data-test="capture-start"]')
    },
  },
  {
    name: 'crop',
    async open(options) {
      await openNew({
        cropping: true,
        cropMode: 'client',
        croppingDefaultSelectionRatio: 0.8,
        ...options,
      })
      await choose(await photo('coffee'))
      await page.waitForSelector('cropper-selection')
      await until(
        `+document.querySelector('countersign-widget').shadowRoot.querySelector('[data-test="crop-width"]').value > 0`,
      )
    },
  },
  {
    name: 'minimised',
    async open(options) {
      await openQueue(options)
      await page.click('[data-test="minimize"]')
      await page.waitForSelector('.mini canvas[data-fit]')
    },
  },
  {
    name: 'problem',
    async open(options) {
      await openNew(options)
      server.sign = () => ({ status: 404, body: '' })
      await choose(png('a.png'))
      await page.waitForSelector('[data-test="problem"]')
    },
  },
  { name: 'inline', open: openInline },
  {
    name: 'inline-queue',
    async open(options) {
      await openInline(options)
      await page.setInputFiles('#inline input[type=file]', [
        await photo('coffee', 'slow-coffee.jpg'),
        await photo('cat'),
      ])
      await page.waitForSelector('.row[data-state="done"]')
      await drawn()
    },
  },
]
