/**
 * Sends hostile corpora to a real server: image bombs, names that try to leave their folder, files that would run in a browser.
 *
 *   node bench/hostile-corpora.mjs [--share 1] [--only bombs,names,content] [--result bench/results/hostile-corpora.json]
 *
 * Reports a bomb that is stored or costs much memory or time; a status that no client understands; a changed file outside the data folder,
 * or a file inside named by a client; stored content without safe headers; and a script that runs in Chromium. A control page without
 * those headers proves that the detector works.
 * @module
 */

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { apiSignRequest } from '@countersign/protocol/signature'
import { chromium } from 'playwright-core'
import sharp from 'sharp'
import { findChromium } from '../scripts/find-chromium.mjs'
import { createActiveContent } from './corpora/active-content.mjs'
import { createBombs } from './corpora/bombs.mjs'
import { createNames } from './corpora/names.mjs'
import { startWatchedServer } from './watched-server.mjs'

const CLOUD = 'hostile'
const FULL = { id: '284719365028471', secret: 'full-key-secret-of-the-corpora-0002' }
const UPLOAD = { id: '193847562019384', secret: 'upload-key-secret-of-the-corpora-01' }
const STATUSES = [200, 400, 401, 404, 420, 429]
const CANARY = 'nobody touches this'
/** Types that a browser may show inline. */
const INLINE = [
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/avif',
  'text/plain; charset=utf-8',
]

const { values } = parseArgs({
  options: {
    share: { type: 'string', default: '1' },
    only: { type: 'string', default: 'bombs,names,content' },
    result: { type: 'string' },
  },
})
const share = Number(values.share)
const only = values.only.split(',')
/** @type {string[]} */
const found = []
const report = await campaign()
console.log(JSON.stringify(report, null, 2))
if (values.result) await writeFile(values.result, `${JSON.stringify(report, null, 2)}\n`)
process.exitCode = report.failures === 0 ? 0 : 1

async function campaign() {
  const outer = await mkdtemp(join(tmpdir(), 'countersign-hostile-'))
  const folder = join(outer, 'a', 'b', 'data')
  await mkdir(folder, { recursive: true })
  for (const name of ['canary', 'canary.txt', 'a/canary', 'a/b/canary.txt']) {
    await writeFile(join(outer, name), CANARY)
  }
  const server = await startWatchedServer(folder, {
    cloud: CLOUD,
    keys: `${UPLOAD.id}:upload:${UPLOAD.secret},${FULL.id}:upload+manage+deliver+webhook:${FULL.secret}`,
  })
  const startedAt = Date.now()
  try {
    const bombs = only.includes('bombs') ? await sendBombs(server) : null
    const names = only.includes('names') ? await sendNames(server, outer) : null
    const content = only.includes('content') ? await openContent(server) : null
    if (server.exitCode() !== null) found.push(`the server ended with ${server.exitCode()}`)
    found.push(...server.errors().map((line) => `logged: ${line.slice(0, 300)}`))
    return {
      what: 'hostile corpora against a real server: bombs, names, content that would run in a browser',
      date: new Date().toISOString().slice(0, 10),
      node: process.version,
      command: `node bench/hostile-corpora.mjs --share ${values.share}`,
      failures: found.length,
      found: found.slice(0, 20),
      bombs,
      names,
      content,
      seconds: Math.round((Date.now() - startedAt) / 1000),
    }
  } finally {
    server.kill()
    await server.exited
    await rm(outer, { recursive: true, force: true })
  }
}

/** @typedef {Awaited<ReturnType<typeof startWatchedServer>>} Server */

/** @param {Server} server */
async function sendBombs({ address, pid }) {
  const create = { width: 800, height: 600, channels: /** @type {const} */ (3), background: 'teal' }
  const honest = await sharp({ create }).jpeg().toBuffer()
  const corpus = await createBombs()
  const bombs = part(corpus)
  const send = (/** @type {Buffer} */ bytes) =>
    upload(address, 'image', { key: UPLOAD, bytes, filename: 'file', type: '' })
  // Decoder code is loaded before memory is measured.
  if ((await send(honest)).status !== 200) found.push('an honest picture is refused')
  const before = await memory(pid, { isReset: true })
  const milliseconds = []
  for (const { name, bytes } of bombs) {
    const startedAt = performance.now()
    const { status, message } = await send(bytes)
    milliseconds.push(performance.now() - startedAt)
    if (status !== 400) found.push(`bomb: ${name} is answered ${status} ${message}`)
  }
  const growth = (await memory(pid)).peakMiB - before.nowMiB
  if (growth > 64) found.push(`bombs: memory grew by ${growth} MiB`)
  milliseconds.sort((one, other) => one - other)
  return {
    corpus: corpus.length,
    files: bombs.length,
    peakGrowthMiB: growth,
    // Each decoder is a separate process with its own limit.
    decoderPeaksMiB: await decoderPeaks(pid),
    medianMs: Math.round(milliseconds[Math.floor(milliseconds.length / 2)] ?? 0),
    slowestMs: Math.round(milliseconds.at(-1) ?? 0),
  }
}

/** @param {Server} server @param {string} outer */
async function sendNames({ address }, outer) {
  const corpus = createNames()
  const names = part(corpus)
  const bytes = Buffer.from('x')
  const raw = { key: FULL, bytes, filename: 'x.txt', type: '' }
  /** @type {Record<string, (name: string) => Promise<{ status: number }>>} */
  const places = {
    public_id: (name) => upload(address, 'raw', { ...raw, params: { public_id: name } }),
    folder: (name) => upload(address, 'raw', { ...raw, params: { folder: name } }),
    filename: (name) =>
      upload(address, 'raw', { ...raw, filename: name, params: { use_filename: 'true' } }),
    preset: (name) => upload(address, 'raw', { ...raw, params: { upload_preset: name } }),
    cloud: (name) => upload(address, 'raw', raw, encode(name)),
  }
  /** @type {Map<number, number>} */
  const answers = new Map()
  const work = names.flatMap((name) =>
    Object.entries(places).map((place) => /** @type {const} */ ([name, ...place])),
  )
  await inParallel(32, work, async ([name, place, send]) => {
    const { status } = await send(name)
    answers.set(status, (answers.get(status) ?? 0) + 1)
    if (!STATUSES.includes(status))
      found.push(`name: ${JSON.stringify(name.slice(0, 60))} as ${place}: ${status}`)
  })
  await checkFolders(outer)
  return {
    corpus: corpus.length,
    names: names.length,
    places: Object.keys(places).length,
    answers: Object.fromEntries(answers),
  }
}

/** Checks that nothing outside the data folder has changed, and that no file inside has a client's name. @param {string} outer */
async function checkFolders(outer) {
  const entries = await readdir(outer, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(outer, join(entry.parentPath, entry.name)))
  const data = join('a', 'b', 'data')
  const ours = new RegExp(
    `^${data}/(catalog\\.db(-wal|-shm|-server\\.lock(-journal)?)?|locks/[a-z]+\\.lock(-journal)?|audit\\.jsonl|blobs/${CLOUD}/[0-9a-f]{2}/[0-9a-f]{32}|staging/[0-9a-f]{32}|derivatives/.*)$`,
  )
  for (const file of files) {
    if (!file.startsWith(data)) {
      const text = await readFile(join(outer, file), 'utf8')
      if (text !== CANARY) found.push(`names: ${file} was touched`)
    } else if (!ours.test(file)) found.push(`names: ${file} is none of the server's`)
  }
  if (files.filter((file) => !file.startsWith(data)).length !== 4)
    found.push('names: a canary is gone or has company')
}

/** @param {Server} server */
async function openContent({ address }) {
  const corpus = await createActiveContent()
  const files = part(corpus)
  const stored = []
  for (const [at, { name, bytes, type, resourceType }] of files.entries()) {
    const publicId = `active/${at}/${resourceType === 'raw' ? name : 'picture'}`
    const sent = { key: FULL, bytes, filename: name, type, params: { public_id: publicId } }
    const { status, json } = await upload(address, resourceType, sent)
    if (status === 200) {
      stored.push({ name: `${name} as ${resourceType}, file ${at}`, url: json.secure_url })
      checkHeaders(name, await fetch(json.secure_url))
    } else if (status !== 400) found.push(`content: ${name} is answered ${status}`)
  }
  const ran = await watchInChromium(stored)
  return { corpus: corpus.length, files: files.length, stored: stored.length, ...ran }
}

/** @param {string} name @param {Response} response */
function checkHeaders(name, response) {
  const type = response.headers.get('content-type') ?? ''
  const isAttachment = /^attachment;/.test(response.headers.get('content-disposition') ?? '')
  const isSafe =
    response.status === 200 &&
    response.headers.get('x-content-type-options') === 'nosniff' &&
    /(^|;)\s*sandbox\s*(;|$)/.test(response.headers.get('content-security-policy') ?? '') &&
    (isAttachment || INLINE.includes(type))
  if (!isSafe) found.push(`content: ${name} is served as ${type}, attachment: ${isAttachment}`)
}

/** @param {readonly { name: string, url: string }[]} stored */
async function watchInChromium(stored) {
  const executablePath = await findChromium()
  if (executablePath === null) return { scripts: 'no Chromium on this machine' }
  const args = ['--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])]
  const browser = await chromium.launch({ executablePath, headless: true, args })
  const control = createServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end('<script>pwned()</script>'),
  )
  await new Promise((resolve) => control.listen(0, '127.0.0.1', () => resolve(null)))
  const context = await browser.newContext()
  let calls = 0
  await context.exposeFunction('pwned', () => {
    calls += 1
  })
  let scripts = 0
  await inParallel(1, stored, async ({ name, url }) => {
    if (await runsIn(url)) {
      scripts += 1
      found.push(`content: ${name} runs`)
    }
  })
  const controls = (await runsIn(`http://127.0.0.1:${Object(control.address()).port}/`)) ? 1 : 0
  if (controls === 0) found.push('content: the detector sees nothing')
  await browser.close()
  control.closeAllConnections()
  control.close()
  return { opened: stored.length * 2, scripts, controls, browser: browser.version() }

  /** Opens a URL as a page, and in a frame of a page. @param {string} url */
  async function runsIn(url) {
    const before = calls
    const page = await context.newPage()
    page.on('dialog', (dialog) => {
      calls += 1
      void dialog.dismiss()
    })
    await page.goto(url, { timeout: 15_000 }).catch(() => {})
    await page.goto('about:blank')
    await page.setContent(`<iframe src="${url}"></iframe>`).catch(() => {})
    await page.waitForTimeout(30)
    await page.close()
    return calls > before
  }
}

/**
 * @param {string} address
 * @param {string} resourceType
 * @param {{ key: { id: string, secret: string }, bytes: Buffer, filename: string, type: string, params?: Record<string, string> }} sent
 */
async function upload(address, resourceType, sent, cloud = CLOUD) {
  const params = { ...sent.params, timestamp: Math.floor(Date.now() / 1000) }
  const form = new FormData()
  for (const [name, value] of Object.entries(params)) form.append(name, String(value))
  form.append('api_key', sent.key.id)
  form.append('signature', apiSignRequest(params, sent.key.secret))
  form.append('file', new Blob([sent.bytes], { type: sent.type }), sent.filename)
  const url = `${address}/v1_1/${cloud}/${resourceType}/upload`
  const response = await fetch(url, { method: 'POST', body: form })
  const json = await response.json()
  return { status: response.status, json, message: json.error?.message }
}

/** Encodes one path segment. Text that cannot be UTF-8 is left out. @param {string} text */
function encode(text) {
  return (
    encodeURIComponent(
      text.toWellFormed?.() ?? text.replace(/[\ud800-\udfff]/g, '\ufffd'),
    ).replaceAll('.', '%2e') || '%00'
  )
}

/** @template Item @param {readonly Item[]} items */
function part(items) {
  const step = Math.max(1, Math.round(1 / share))
  return items.filter((_, at) => at % step === 0)
}

/** @template Item @param {number} count @param {readonly Item[]} items @param {(item: Item) => Promise<void>} work */
async function inParallel(count, items, work) {
  const queue = [...items]
  await Promise.all(
    Array.from({ length: count }, async () => {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item)
    }),
  )
}

/** Returns the peak resident memory of each decoder. @param {number} pid */
async function decoderPeaks(pid) {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
  const pids = children.split(' ').map(Number).filter(Boolean)
  return Promise.all(pids.map(async (child) => (await memory(child)).peakMiB))
}

/** Returns the resident memory, now and at its peak since the last reset. @param {number} pid */
async function memory(pid, { isReset = false } = {}) {
  if (isReset) await writeFile(`/proc/${pid}/clear_refs`, '5').catch(() => {})
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const read = (/** @type {string} */ name) =>
    Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024)
  return { nowMiB: read('VmRSS'), peakMiB: read('VmHWM') }
}
