/** Tests the image worker in a real browser, with code of the test before the worker's own. */

import { crc32, deflateSync } from 'node:zlib'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  choose,
  hears,
  neverAnswer,
  openWidget,
  type PageSettings,
  type Picked,
  page,
  png,
  server,
  until,
} from './widget-page.js'
import { photo } from './widget-views.js'

/** Timeout of the widget for an answer of its worker, in milliseconds. */
const PATIENCE_MS = 30_000

/**
 * Worker code that reports every task, and never answers a task such as `fit` of `stuck-fit.png`.
 */
const TELLING = `
const worker = crypto.randomUUID()
// One channel for the life of the worker. Chromium may collect a channel that nothing references before its message is sent.
const told = new BroadcastChannel('told')
const tasks = new Map()
addEventListener('message', (event) => {
  const { id, task, args: [{ name }] } = event.data
  tasks.set(id, task + ' ' + name)
  told.postMessage({ worker, task: tasks.get(id) })
  if (name.startsWith('stuck-' + task)) event.stopImmediatePropagation()
})`

/**
 * Returns worker code that holds the answer of one task back, such as `fit a.png`, reports that,
 * and waits for {@link goOn}.
 */
function holding(held: string): string {
  return `{
  const { postMessage } = self
  self.postMessage = (...answer) => {
    const task = tasks.get(answer[0].id)
    if (task !== '${held}') return postMessage.apply(self, answer)
    const goOn = new BroadcastChannel('go on')
    goOn.onmessage = () => {
      goOn.close()
      postMessage.apply(self, answer)
      told.postMessage({ worker, task: 'went on' })
    }
    told.postMessage({ worker, task: 'answer ' + task })
  }
}`
}

/** Runs code in the worker before its own. */
function beforeWorker(code: string): void {
  for (const [path, answer] of server.pages) {
    if (path.startsWith('/widget/image-worker-')) {
      server.pages.set(path, { ...answer, body: `${code}\n${answer.body}` })
    }
  }
}

/** Opens the widget, and collects the reports of its workers. */
async function openListening(settings?: PageSettings): Promise<void> {
  await openWidget(settings)
  await page.evaluate(`{
    window.told = []
    new BroadcastChannel('told').onmessage = ({ data }) => told.push(data)
  }`)
}

/** Waits until a worker has received a task, such as `fit a.png`. */
function begins(task: string): Promise<void> {
  return until(`told.some(({ task }) => task === '${task}')`)
}

/**
 * Releases the answer that is held back. Retries, because two channels of a worker do not open in a
 * fixed order.
 */
function goOn(): Promise<void> {
  return until(`{
    new BroadcastChannel('go on').postMessage('')
    told.some(({ task }) => task === 'went on')
  }`)
}

/** Advances the clock by half a minute. */
async function passPatience(): Promise<void> {
  await page.clock.fastForward(PATIENCE_MS)
}

function row(name: string): string {
  return `.row:has-text("${name}")`
}

beforeEach(() => beforeWorker(TELLING))

it('scales all pictures in one worker', async () => {
  await openListening({ options: { maxImageWidth: 20 } })
  await choose(png('a.png'), png('b.png'), png('c.png'))
  await until(`told.filter(({ task }) => task.startsWith('fit ')).length === 3`)
  const workers = await page.evaluate(
    `told.filter(({ task }) => task.startsWith('fit ')).map(({ worker }) => worker)`,
  )
  expect(new Set(workers as string[]).size).toBe(1)
})

describe('a picture that its worker never answers', () => {
  it('has no preview after half a minute, and the next one has', async () => {
    neverAnswer()
    await openListening()
    await page.clock.install()
    await choose(png('stuck-shrink.png'), png('good.png'))
    await begins('shrink stuck-shrink.png')
    await passPatience()
    await page.waitForSelector(`${row('good.png')} canvas[data-fit]`)
    await page.waitForSelector(`${row('stuck-shrink.png')} canvas`, { state: 'detached' })
  })

  it('is sent unchanged after half a minute', async () => {
    await openListening({ options: { maxImageWidth: 20 } })
    await page.clock.install()
    await choose(png('stuck-fit.png'))
    await begins('fit stuck-fit.png')
    await passPatience()
    await hears('success')
    expect(server.uploads[0]).toMatchObject({
      fileName: 'stuck-fit.png',
      fileSize: png('').buffer.length,
    })
  })

  it('does not delay other pictures after its upload is stopped', async () => {
    await openListening({ options: { maxImageWidth: 20 } })
    await choose(png('stuck-fit.png'), png('good.png'))
    await begins('fit stuck-fit.png')
    await page.click(`${row('stuck-fit.png')} [data-test="cancel"]`)
    await hears('success')
    expect(server.uploads.map(({ fileName }) => fileName)).toEqual(['good.png'])
  })

  it('does not end a worker that another picture uses after its upload is stopped', async () => {
    beforeWorker(holding('fit good.png'))
    await openListening({ options: { maxImageWidth: 20 } })
    await page.clock.install()
    // Pictures are scaled one at a time, and two that are chosen together start in any order.
    await choose(png('stuck-fit.png'))
    await begins('fit stuck-fit.png')
    await page.clock.fastForward(PATIENCE_MS / 2)
    await choose(png('good.png'))
    await page.click(`${row('stuck-fit.png')} [data-test="cancel"]`)
    await begins('answer fit good.png')
    // The clock also runs by itself. The other half of the 30 seconds is left for a slow browser.
    await page.clock.fastForward(PATIENCE_MS / 2)
    await goOn()
    await hears('success')
    expect(server.uploads[0]?.fileSize).not.toBe(png('').buffer.length)
  })

  it('is reported as unreadable if it was to be cropped', async () => {
    await openListening({ options: { cropping: true, cropMode: 'client' } })
    await choose(png('stuck-edit.png'))
    await page.waitForSelector('[data-test="crop-button"]:enabled')
    await page.clock.install()
    await page.click('[data-test="crop-button"]')
    await begins('edit stuck-edit.png')
    await passPatience()
    await page.getByText('This picture cannot be shown here.').waitFor()
  })
})

it('draws no preview of a picture of more than 110 megapixels', async () => {
  neverAnswer()
  await openListening()
  await choose(blackPng('huge.png', 11_000, 11_000), png('good.png'))
  await page.waitForSelector(`${row('good.png')} canvas[data-fit]`)
  await page.waitForSelector(`${row('huge.png')} canvas`, { state: 'detached' })
})

it('draws a JPEG without downscaled decoding if that result cannot be drawn', async () => {
  neverAnswer()
  beforeWorker(`{
    const { createImageBitmap } = self
    self.createImageBitmap = async (image, ...rest) => {
      if (!(image instanceof VideoFrame)) return createImageBitmap(image, ...rest)
      told.postMessage({ task: 'frame' })
      throw new DOMException('No such pixel format', 'InvalidStateError')
    }
  }`)
  await openListening()
  await choose(await photo('coffee'))
  await begins('frame')
  await page.waitForSelector(`${row('coffee.jpg')} canvas[data-fit="cover"]`)
})

it('releases a small picture whose row was removed before it was drawn', async () => {
  beforeWorker(holding('shrink a.png'))
  await openListening({ options: { autoUpload: false } })
  await page.evaluate(`{
    const { close } = ImageBitmap.prototype
    window.bitmapsClosed = 0
    ImageBitmap.prototype.close = function () { bitmapsClosed += 1; close.call(this) }
  }`)
  await choose(png('a.png'))
  await begins('answer shrink a.png')
  await page.click(`${row('a.png')} [data-test="remove"]`)
  await page.waitForSelector(row('a.png'), { state: 'detached' })
  await goOn()
  await until('bitmapsClosed === 1')
})

it('fails a picture at once if the answer cannot be read', async () => {
  neverAnswer()
  await openListening()
  await page.evaluate(`{
    const { postMessage } = Worker.prototype
    Worker.prototype.postMessage = function (...given) {
      window.lastWorker = this
      return postMessage.apply(this, given)
    }
  }`)
  await choose(png('stuck-shrink.png'), png('good.png'))
  await begins('shrink stuck-shrink.png')
  await page.evaluate(`lastWorker.dispatchEvent(new MessageEvent('messageerror'))`)
  await page.waitForSelector(`${row('good.png')} canvas[data-fit]`)
})

it('ends its idle worker even if a picture could not be sent to it', async () => {
  neverAnswer()
  await openListening()
  await page.evaluate(`{
    const { postMessage } = Worker.prototype
    Worker.prototype.postMessage = () => {
      Worker.prototype.postMessage = postMessage
      throw new DOMException('It cannot be cloned', 'DataCloneError')
    }
  }`)
  const starts = page.waitForEvent('worker')
  // Either picture may come into view first.
  await choose(png('a.png'), png('b.png'))
  const worker = await starts
  await Promise.all([
    worker.waitForEvent('close'),
    page.waitForSelector('.row canvas[data-fit]'),
    page.waitForSelector('.row:not(:has(canvas))'),
  ])
})

/** Creates a black picture of any size in few bytes: one bit per pixel. */
function blackPng(name: string, width: number, height: number): Picked {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 1
  const rows = Buffer.alloc(height * (1 + Math.ceil(width / 8)))
  const chunks = [chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND')]
  const signature = Buffer.from('89504e470d0a1a0a', 'hex')
  return { name, mimeType: 'image/png', buffer: Buffer.concat([signature, ...chunks]) }
}

function chunk(type: string, content: Buffer = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from(type), content])
  const ends = [Buffer.alloc(4), Buffer.alloc(4)] as const
  ends[0].writeUInt32BE(content.length)
  ends[1].writeUInt32BE(crc32(body))
  return Buffer.concat([ends[0], body, ends[1]])
}
