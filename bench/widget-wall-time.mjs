/**
 * Measures the wall time of 20 images of 2 MB in Chromium, from the drop to the last 200. Compares our widget, with its previews, with bare
 * multipart XHRs that make the same signing call and have the same parallelism. Both use the real media server and signing endpoint, in turns.
 * Also measures the widget's long tasks.
 *
 *   node bench/widget-wall-time.mjs [--rounds 7] [--files 20] [--parallel 3] [--result bench/results/widget-wall-time.json]
 * @module
 */

import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import sharp from 'sharp'
import { findChromium } from '../scripts/find-chromium.mjs'
import { startUploadStack } from '../scripts/upload-stack.mjs'

const GOAL = 1.15
const SCRIPT = new URL('../packages/widget/dist/script/', import.meta.url)
const LONGEST_TASK_MS = 50
const PORT = 18_787

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    files: { type: 'string', default: '20' },
    parallel: { type: 'string', default: '3' },
    result: { type: 'string' },
  },
})
const rounds = Number(values.rounds)
const files = Number(values.files)
const parallel = Number(values.parallel)
const report = await measure()
console.log(JSON.stringify(report, null, 2))
if (values.result) await writeFile(values.result, `${JSON.stringify(report, null, 2)}\n`)
process.exitCode = report.ratio <= GOAL && report.longestTaskMs <= LONGEST_TASK_MS ? 0 : 1

async function measure() {
  const folder = await mkdtemp(join(os.tmpdir(), 'countersign-widget-bench-'))
  const stack = await startUploadStack({ folder, port: PORT })
  const executablePath = (await findChromium()) ?? undefined
  const args = ['--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])]
  const browser = await chromium.launch({ executablePath, args })
  try {
    const photo = await noisePhoto()
    for (const name of await readdir(SCRIPT)) {
      if (name.endsWith('.js'))
        stack.pages.set(`/widget/${name}`, {
          type: 'text/javascript',
          body: await readFile(new URL(name, SCRIPT)),
        })
    }
    stack.pages.set('/photo.jpg', { type: 'image/jpeg', body: photo })
    stack.pages.set('/', { type: 'text/html', body: page() })
    /** @type {Record<'floor' | 'widget' | 'floorCpu' | 'widgetCpu' | 'longTasks' | 'ratios', number[]>} */
    const series = { floor: [], widget: [], floorCpu: [], widgetCpu: [], longTasks: [], ratios: [] }
    for (let round = -1; round < rounds; round += 1) {
      /** @type {Record<string, { wallMs: number, longTasks: number[], cpuMs: number }>} */
      const outcome = {}
      const sides = round % 2 === 0 ? ['floor', 'widget'] : ['widget', 'floor']
      for (const side of sides) outcome[side] = await run(browser, stack.origin, side)
      // The first round is a warm-up.
      if (round < 0) continue
      series.floor.push(outcome.floor.wallMs)
      series.widget.push(outcome.widget.wallMs)
      series.floorCpu.push(outcome.floor.cpuMs)
      series.widgetCpu.push(outcome.widget.cpuMs)
      series.longTasks.push(Math.max(0, ...outcome.widget.longTasks))
      series.ratios.push(outcome.widget.wallMs / outcome.floor.wallMs)
    }
    return {
      what: `${files} pictures of ${(photo.length / 1e6).toFixed(1)} MB, signed, from the drop to the last 200, Chromium on loopback; medians`,
      date: new Date().toISOString().slice(0, 10),
      node: process.version,
      hardware: `${os.cpus().length} x ${os.cpus()[0]?.model ?? 'unknown'}, shared with server and browser`,
      command: `node bench/widget-wall-time.mjs --rounds ${rounds} --files ${files} --parallel ${parallel}`,
      unit: 'ms',
      floor: Math.round(median(series.floor)),
      widget: Math.round(median(series.widget)),
      ratio: Math.round(median(series.ratios) * 100) / 100,
      goal: GOAL,
      browserCpu: {
        floor: Math.round(median(series.floorCpu)),
        widget: Math.round(median(series.widgetCpu)),
      },
      longestTaskMs: Math.round(median(series.longTasks)),
      longestTaskGoalMs: LONGEST_TASK_MS,
    }
  } finally {
    await browser.close()
    await stack.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

/** @param {import('playwright-core').Browser} browser @param {string} origin @param {string} side */
async function run(browser, origin, side) {
  const context = await browser.newContext({ viewport: { width: 1000, height: 800 } })
  try {
    const tab = await context.newPage()
    await tab.goto(origin)
    const cpuBefore = await cpuSeconds(browser)
    const outcome = await tab.evaluate(
      ([which, count, most]) => globalThis.bench(which, count, most),
      /** @type {[string, number, number]} */ ([side, files, parallel]),
    )
    return { ...outcome, cpuMs: ((await cpuSeconds(browser)) - cpuBefore) * 1000 }
  } finally {
    await context.close()
  }
}

/** Returns the processor time of all processes of the browser. @param {import('playwright-core').Browser} browser */
async function cpuSeconds(browser) {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0)
}

/** Creates a photo of about 2 MB with the pixels of a phone's photo on screen. */
async function noisePhoto() {
  const [width, height] = [2000, 1500]
  const pixels = randomBytes(width * height * 3)
  const soft = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .blur(0.7)
    .toBuffer()
  return sharp(soft, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 92 })
    .toBuffer()
}

function page() {
  return `<!doctype html><html lang="en"><title>Bench</title><script src="/widget/all.js"></script>
<script>
const longTasks = []
new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(({ duration }) => duration)))
  .observe({ type: 'longtask' })

async function photos(count) {
  const blob = await (await fetch('/photo.jpg')).blob()
  return Array.from({ length: count }, (_, index) => new File([blob], 'photo' + index + '.jpg', { type: blob.type }))
}

async function signed() {
  const nonce = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
  const paramsToSign = { source: 'uw', timestamp: Math.floor(Date.now() / 1000) }
  const body = JSON.stringify({ paramsToSign, accept: 'params', nonce })
  return (await fetch('/sign', { method: 'POST', headers: { 'content-type': 'application/json' }, body })).json()
}

function send(file, { params, signature, api_key, upload_url }) {
  return new Promise((resolve, reject) => {
    const form = new FormData()
    for (const [name, value] of Object.entries({ ...params, api_key, signature })) form.append(name, value)
    form.append('file', file)
    const xhr = new XMLHttpRequest()
    xhr.upload.onprogress = () => undefined
    xhr.onload = () => (xhr.status === 200 ? resolve() : reject(new Error(xhr.responseText)))
    xhr.onerror = () => reject(new Error('no answer'))
    xhr.open('POST', upload_url + '/auto/upload')
    xhr.send(form)
  })
}

async function floor(files, parallel) {
  const left = [...files]
  const work = async () => {
    for (let file = left.shift(); file; file = left.shift()) await send(file, await signed())
  }
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: parallel }, work))
  return performance.now() - startedAt
}

async function widget(files, parallel) {
  let done = () => undefined
  const ended = new Promise((resolve) => { done = resolve })
  const options = { signatureEndpoint: '/sign', maxParallelUploads: parallel }
  const instance = cloudinary.createUploadWidget(options, (error, { event, info }) => {
    if (event === 'queues-end') done(info.files)
  })
  instance.open()
  const host = () => document.querySelector('countersign-widget')?.shadowRoot.querySelector('dialog[open]')
  while (!host()) await new Promise((resolve) => setTimeout(resolve, 10))
  const dataTransfer = new DataTransfer()
  for (const file of files) dataTransfer.items.add(file)
  const drag = (type) =>
    host().dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true, composed: true }))
  // A person hovers for a moment before the drop. The endpoint has answered with its limits by
  // then.
  await new Promise((resolve) => setTimeout(resolve, 300))
  drag('dragover')
  await new Promise((resolve) => setTimeout(resolve, 300))
  longTasks.length = 0
  const startedAt = performance.now()
  drag('drop')
  const outcome = await ended
  const wallMs = performance.now() - startedAt
  if (!outcome.every(({ status }) => status === 'success')) throw new Error(JSON.stringify(outcome))
  return wallMs
}

globalThis.bench = async (side, count, parallel) => {
  const files = await photos(count)
  const wallMs = await (side === 'widget' ? widget : floor)(files, parallel)
  return { wallMs, longTasks }
}
</script></html>`
}

/** @param {readonly number[]} numbers */
function median(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
