/** Core flows of the widget, which run in every engine. @module */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type FakeServer, startFakeServer } from '../../packages/widget/testing/fake-server.js'
import { PNG } from '../../packages/widget/testing/playwright.js'
import { startUploadStack, type UploadStack } from '../../scripts/upload-stack.mjs'
import { claimPort } from '../e2e/free-port.js'
import { serveWidgetPage } from '../e2e/serve-widget-page.js'
import { drive, type PickedFile, ROOT, type WidgetPage } from './drive.js'
import { type Engine, type EngineName, LACKS } from './engine.js'

const PANEL = `${ROOT}.querySelector('.panel')`
const NOT_NOW = 'Uploads do not work right now. Please try again later.'

/** Expression that is true if the browser has stored the file of an upload. */
const KEEPS_FILE = `indexedDB.databases().then((all) => all.some(({ name }) => name === 'countersign-files') && new Promise((resolve) => {
  const opening = indexedDB.open('countersign-files')
  opening.onsuccess = () => {
    const { result: database } = opening
    const names = [...database.objectStoreNames]
    const counts = names.map((name) => database.transaction(names).objectStore(name).count())
    counts.at(-1).onsuccess = () => {
      database.close()
      resolve(counts.every(({ result }) => result > 0))
    }
  }
}))`

/** Expression that makes the browser lose the file of an upload. */
const FORGETS_FILE = `indexedDB.databases().then((all) => all.some(({ name }) => name === 'countersign-uploads') && new Promise((resolve) => {
  const opening = indexedDB.open('countersign-uploads')
  opening.onsuccess = () => {
    const { result: database } = opening
    const counting = database.transaction('records').objectStore('records').count()
    counting.onsuccess = () => {
      database.close()
      if (counting.result === 0) return resolve(false)
      // The page's own connection blocks the deletion until the page closes.
      const deleting = indexedDB.deleteDatabase('countersign-files')
      deleting.onsuccess = deleting.onblocked = () => resolve(true)
    }
  }
}))`

/** Refusals of the upload server, each with the sentence for people. */
const REFUSALS: readonly (readonly [
  what: string,
  status: number,
  message: string,
  sentence: string,
])[] = [
  ['a wrong secret', 401, "Invalid Signature 00. String to sign - 'timestamp=1'.", NOT_NOW],
  [
    'a wrong clock',
    400,
    'Stale request - reported time is 2020-01-01 00:00:00 which is more than 1 hour ago',
    NOT_NOW,
  ],
  ['a missing preset', 400, 'Upload preset not found', NOT_NOW],
  ['a broken picture', 400, 'Invalid image file', 'This is not a picture we can open.'],
  [
    'a type that is not accepted',
    400,
    'Image file format png not allowed',
    'Files of this type are not accepted.',
  ],
  [
    'a file that is too large',
    400,
    'File size too large. Got 3000000. Maximum is 1000000.',
    'Too large: 3 MB. Choose a file up to 1 MB.',
  ],
]

/** Answers of the signing endpoint, each with the sentence for people. */
const UNSIGNED: readonly (readonly [
  what: string,
  status: number,
  body: object | string,
  sentence: string,
])[] = [
  [
    'a user who is signed out',
    401,
    { error: { code: 'unauthorized', message: 'Sign in first.' } },
    'Your session ended. Sign in again, then retry.',
  ],
  ['a missing route', 404, '<h1>Not found</h1>', NOT_NOW],
  [
    'a policy that refuses',
    422,
    { error: { code: 'params_refused', message: 'folder must be sent.' } },
    'This upload is not allowed here.',
  ],
]

/**
 * Runs the flows in one engine.
 * @param launch Starts the engine; `undefined` if it is not installed.
 */
export function testFlows(name: EngineName, launch: (() => Promise<Engine>) | undefined): void {
  describe.skipIf(!launch)(`${name} flow`, () => {
    let engine: Engine
    let server: FakeServer
    let page: WidgetPage
    let large: PickedFile
    let coffee: PickedFile

    beforeAll(async () => {
      if (!launch) return
      engine = await launch()
      const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const
      const create = { width: 1400, height: 1400, channels: 3, background: '#888', noise } as const
      const [png, jpeg] = await Promise.all([
        sharp({ create }).png({ compressionLevel: 0 }).toBuffer(),
        sharp({ create: { ...create, width: 600, height: 400 } })
          .jpeg()
          .toBuffer(),
      ])
      large = { name: 'large.png', type: 'image/png', bytes: png }
      coffee = { name: 'coffee.jpg', type: 'image/jpeg', bytes: jpeg }
    })
    afterAll(() => engine?.close())
    beforeEach(async () => {
      server = await startFakeServer()
      await serveWidgetPage(server)
      page = drive(await engine.newPage())
      await page.resize(900, 700)
    })
    afterEach(async () => {
      await page.close()
      await server.close()
    })

    function flow(title: string, run: () => Promise<void>): void {
      it.skipIf(LACKS[name][title] !== undefined)(title, run)
    }
    async function visit(options: object = {}): Promise<void> {
      // A widget that closes by itself would be gone before the test can check it.
      const all = JSON.stringify({ singleUploadAutoClose: false, ...options })
      await page.goto(`${server.origin}/?options=${encodeURIComponent(all)}`)
      await page.until('window.widget')
    }
    async function open(options: object = {}): Promise<void> {
      await visit(options)
      await page.evaluate(
        `(() => { const button = document.querySelector('#open'); button.focus(); button.click() })()`,
      )
      await page.until(
        `document.querySelector('countersign-widget') && ${ROOT}.querySelector('dialog[open] [data-test="browse"]')`,
      )
    }
    const picture = (file: string): PickedFile => ({ name: file, type: 'image/png', bytes: PNG })

    flow('opens with the focus inside, and Escape closes it and gives the focus back', async () => {
      await open()
      await page.until(`document.activeElement.localName === 'countersign-widget'`)
      await page.press('Tab')
      expect(await page.evaluate('document.activeElement.id')).not.toBe('open')
      await page.press('Escape')
      await page.until(`!document.querySelector('countersign-widget')`)
      expect(await page.evaluate('document.activeElement.id')).toBe('open')
    })

    flow('uploads three pictures with previews, and tells all events in order', async () => {
      await open()
      await page.choose(picture('a.png'), picture('b.png'), picture('c.png'))
      await page.hears('queues-end')
      await page.until(`${ROOT}.querySelectorAll('canvas, img').length >= 3`)
      const events = await page.events()
      expect(events.slice(0, 3)).toEqual(['upload-added', 'upload-added', 'upload-added'])
      expect(events.filter((event) => event === 'success')).toHaveLength(3)
      const start = events.indexOf('queues-start')
      expect(start).toBeGreaterThan(2)
      expect(start).toBeLessThan(events.indexOf('success'))
      expect(events.indexOf('queues-end')).toBeGreaterThan(events.lastIndexOf('success'))
      expect(server.uploads.map(({ fileName }) => fileName).sort()).toEqual([
        'a.png',
        'b.png',
        'c.png',
      ])
    })

    flow('breaks no rule of a strict Content-Security-Policy', async () => {
      await open()
      await page.choose(picture('a.png'))
      await page.hears('success')
      expect(await page.evaluate('violations')).toEqual([])
    })

    flow('takes files that are dropped', async () => {
      await open()
      await page.drop(picture('dropped.png'))
      await page.hears('success')
      expect(server.uploads[0]?.fileName).toBe('dropped.png')
    })

    flow('crops a picture', async () => {
      await open({ cropping: true })
      await page.choose(coffee)
      await page.until(`+${ROOT}.querySelector('[data-test="crop-width"]')?.value > 0`)
      await page.evaluate(
        'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null))))',
      )
      for (const [field, value] of Object.entries({
        width: '300',
        height: '200',
        x: '100',
        y: '50',
      })) {
        await page.fill(`[data-test="crop-${field}"]`, value)
      }
      await page.click('[data-test="crop-button"]')
      await page.hears('success')
      expect(server.signings[0]?.paramsToSign).toMatchObject({
        custom_coordinates: '100,50,300,200',
      })
    })

    flow('says that the camera is blocked', async () => {
      await visit({ sources: ['local', 'camera'] })
      await page.evaluate(`(() => {
        MediaDevices.prototype.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'))
        widget.open()
      })()`)
      await page.click('[data-test="camera"]')
      await page.shows('Camera access is blocked')
    })

    flow('takes a photo with the camera', async () => {
      await open({ sources: ['local', 'camera'] })
      await page.click('[data-test="camera"]')
      await page.until(`${ROOT}.querySelector('video')?.videoWidth > 0`)
      await page.click('[data-test="capture"]')
      await page.click('[data-test="use"]')
      await page.hears('success')
      expect(server.uploads[0]?.fileName).toMatch(/^photo-[\d-]+\.jpg$/)
    })

    flow('refuses a file over a limit before anything is sent', async () => {
      await open({ maxFileSize: 50, clientAllowedFormats: ['png'] })
      const gif = { name: 'a.gif', type: 'image/gif', bytes: Buffer.from('GIF89a') }
      await page.choose(picture('a.png'), gif)
      await page.shows('Too large: 109 B. Choose a file up to 50 B.')
      await page.shows('are not accepted. Choose PNG.')
      expect(server.uploads).toEqual([])
    })

    flow('refuses more files than the limit', async () => {
      await open({ maxFiles: 2 })
      await page.choose(picture('a.png'), picture('b.png'), picture('c.png'))
      await page.hears('queues-end')
      await page.hears('success', 2)
      expect(server.uploads.map(({ fileName }) => fileName).sort()).toEqual(['a.png', 'b.png'])
    })

    for (const [what, status, message, sentence] of REFUSALS) {
      flow(`explains ${what}`, async () => {
        server.upload = () => ({ status, body: { error: { message } } })
        await open()
        await page.choose(picture('a.png'))
        await page.shows(sentence)
      })
    }

    for (const [what, status, body, sentence] of UNSIGNED) {
      flow(`explains ${what}`, async () => {
        server.sign = () => ({ status, body })
        await open()
        await page.choose(picture('a.png'))
        await page.shows(sentence)
      })
    }

    flow('links the sign-in page of the app', async () => {
      server.discovery = { status: 401, body: { error: { code: 'unauthorized', message: '' } } }
      await visit({ signInUrl: '/signin' })
      await page.evaluate('widget.open()')
      await page.shows('Your session ended. Sign in again, then retry.')
      const link = `${ROOT}.querySelector('[data-test="sign-in"]').getAttribute('href')`
      await page.until(`${link} === '/signin'`)
      // The person has signed in in another tab.
      server.discovery = { body: {} }
      await page.click('[data-test="try-again"]')
      await page.until(`${ROOT}.querySelector('[data-test="browse"]')`)
    })

    flow('tries an upload again whose connection was cut', async () => {
      const { upload } = server
      let cuts = 1
      server.upload = (received) => (cuts-- > 0 ? null : upload(received))
      await open()
      await page.choose(picture('a.png'))
      await page.hears('success')
      expect(server.uploads.length).toBe(2)
    })

    flow('says that the upload server cannot be reached', async () => {
      server.upload = () => null
      await open()
      await page.choose(picture('a.png'))
      await page.shows('Cannot reach the upload server.')
    })

    flow('asks again for a file that can no longer be read', async () => {
      server.upload = () => null
      await open({ autoUpload: false })
      await page.choose(picture('a.png'))
      await page.shows('1 file ready')
      // A script cannot create a changed file. Such a file breaks the connection when sent, and
      // fails like this when read.
      await page.evaluate(`(() => {
        const unreadable = () => Promise.reject(new DOMException('', 'NotReadableError'))
        Blob.prototype.arrayBuffer = unreadable
        Blob.prototype.stream = () => new ReadableStream({ pull: unreadable })
      })()`)
      await page.click('[data-test="upload"]')
      await page.shows('The file has changed. Choose it again.')
    })

    flow('opens inside a modal dialog of the page', async () => {
      await visit()
      await page.evaluate(`(() => {
        const dialog = document.createElement('dialog')
        dialog.innerHTML = '<button id="inner">Upload</button>'
        document.body.append(dialog)
        dialog.showModal()
        document.querySelector('#inner').focus()
        widget.open()
      })()`)
      await page.until(`${ROOT}.querySelector('dialog[open] [data-test="browse"]')`)
      await page.choose(picture('a.png'))
      await page.hears('success')
      expect(await page.evaluate(`document.querySelector('body > dialog').open`)).toBe(true)
    })

    flow('stands inline in an element of the page', async () => {
      await visit({ inlineContainer: '#tall' })
      await page.evaluate('widget.open()')
      await page.until(
        `document.querySelector('#tall countersign-widget') && ${ROOT}.querySelector('[data-test="browse"]')`,
      )
      await page.choose(picture('a.png'))
      await page.hears('success')
    })

    flow('runs from right to left in Arabic', async () => {
      await open({ language: 'ar' })
      await page.until(`getComputedStyle(${PANEL}).direction === 'rtl'`)
    })

    flow('fits a phone', async () => {
      await page.resize(390, 780)
      await open()
      await page.choose(picture('a-long-name-of-a-picture-that-somebody-took-on-holiday.png'))
      await page.hears('success')
      const { left, right, width } = await page.evaluate<{
        left: number
        right: number
        width: number
      }>(
        `(() => { const { left, right } = ${PANEL}.getBoundingClientRect(); return { left, right, width: innerWidth } })()`,
      )
      expect(left).toBeGreaterThanOrEqual(0)
      expect(right).toBeLessThanOrEqual(width)
      expect(await page.evaluate(`${PANEL}.scrollWidth <= ${PANEL}.clientWidth`)).toBe(true)
    })

    describe('imitates iOS Safari:', () => {
      const video = {
        type: 'video/quicktime',
        bytes: Buffer.from('\0\0\0\x14ftypqt  \0\0\0\0qt  '),
      }

      flow('takes a file without a type', async () => {
        await open({ clientAllowedFormats: ['png'] })
        await page.choose({ ...picture('a.png'), type: '' })
        await page.hears('success')
      })

      flow('takes a HEIC photo that was turned into a JPEG under its old name', async () => {
        await open({ clientAllowedFormats: ['jpg', 'png'] })
        await page.choose({ ...coffee, name: 'IMG_0001.HEIC' })
        await page.hears('success')
        await page.until(`${ROOT}.querySelector('canvas, img')`)
      })

      flow('takes the picture of a Live Photo and refuses its video', async () => {
        await open({ clientAllowedFormats: ['jpg', 'png'] })
        await page.choose({ ...coffee, name: 'IMG_0002.jpeg' }, { ...video, name: 'IMG_0002.MOV' })
        await page.hears('success')
        await page.shows('Videos are not accepted.')
        expect(server.uploads.map(({ fileName }) => fileName)).toEqual(['IMG_0002.jpeg'])
      })

      flow('takes both files of a Live Photo where videos are accepted', async () => {
        await open()
        await page.choose({ ...coffee, name: 'IMG_0003.jpeg' }, { ...video, name: 'IMG_0003.MOV' })
        await page.hears('success', 2)
        expect(server.uploads.map(({ fileName }) => fileName).sort()).toEqual([
          'IMG_0003.MOV',
          'IMG_0003.jpeg',
        ])
      })

      flow('takes files from a picker that returns after the page was suspended', async () => {
        await open()
        await page.evaluate(`(() => {
          dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))
          document.dispatchEvent(new Event('freeze'))
          document.dispatchEvent(new Event('resume'))
          dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
        })()`)
        await page.choose(picture('a.png'))
        await page.hears('success')
      })
    })

    describe('with the media server', () => {
      let folder: string
      let stack: UploadStack
      beforeAll(async () => {
        folder = await mkdtemp(join(tmpdir(), 'countersign-browsers-'))
        stack = await startUploadStack({ folder, port: await claimPort(`browsers-${name}`) })
        stack.pages.set('/', {
          type: 'text/html',
          body: `<!doctype html><html lang="en"><title>A page</title><script src="${stack.mediaServer}/widget/all.js"></script>
<script>
const { append } = FormData.prototype
window.heard = []
window.ranges = []
window.hasFirstPart = false
const { setRequestHeader, send } = XMLHttpRequest.prototype
XMLHttpRequest.prototype.setRequestHeader = function (name, value) {
  if (/^content-range$/i.test(name)) this.firstByte = +/\\d+/.exec(value)[0]
  return setRequestHeader.call(this, name, value)
}
XMLHttpRequest.prototype.send = function (body) {
  if (this.firstByte > 0 && location.hash === '#stop') return
  if (this.firstByte !== undefined) ranges.push(this.firstByte)
  if (this.firstByte === 0) this.addEventListener('load', () => { hasFirstPart = true })
  return send.call(this, body)
}
window.widget = cloudinary.createUploadWidget({ signatureEndpoint: '/sign', maxChunkSize: 5000000, singleUploadAutoClose: false }, (error, { event, info }) =>
  heard.push({ event, info: JSON.parse(JSON.stringify(info ?? null)) }))
</script></html>`,
        })
      })
      afterAll(async () => {
        await stack.stop()
        await rm(folder, { recursive: true, force: true })
      })

      /** Sends the first part of a large file, and loads the page again. */
      async function uploadHalf(condition: string): Promise<void> {
        await page.goto(`${stack.origin}/#stop`)
        await page.evaluate('widget.open()')
        await page.until(`${ROOT}.querySelector('[data-test="browse"]')`)
        await page.choose(large)
        await page.until('hasFirstPart')
        await page.until(condition)
        await page.evaluate("history.replaceState(null, '', '/')")
        await page.reload()
        await page.until('window.widget')
        await page.evaluate('widget.open()')
      }
      async function expectRest(): Promise<void> {
        await page.hears('success')
        expect(await page.evaluate('ranges')).toEqual([5_000_000])
        const bytes = `heard.find(({ event }) => event === 'success').info.bytes`
        expect(await page.evaluate(bytes)).toBe(large.bytes.length)
      }

      flow('sends a large file in parts, and continues after a reload', async () => {
        await uploadHalf(KEEPS_FILE)
        await expectRest()
      })

      flow(
        'continues with a file that the browser did not keep, once it is chosen again',
        async () => {
          await uploadHalf(FORGETS_FILE)
          await page.shows('Choose this file again to go on at ')
          await page.choose(large)
          await expectRest()
        },
      )
    })
  })
}
