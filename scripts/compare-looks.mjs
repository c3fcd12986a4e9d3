/**
 * Takes pictures of our widget, Uppy's Dashboard and FilePond with the same files, and writes one sheet per state and theme to `docs/images/compare`.
 *
 *   node scripts/compare-looks.mjs [--only uploading] [--out folder] [--scale 1]
 *
 * The other widgets are installed once into `node_modules/.cache`. Uploads go to a server on loopback. To show
 * uploads in progress, the page holds them and reports a part of their bytes as sent. All widgets use one typeface in place of the system font.
 * @module
 */

import './assert-node-version.mjs'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { discoveryBody, startFakeServer } from '@countersign/widget/testing'
import { chromium } from 'playwright-core'
import sharp from 'sharp'
import { build } from './build.mjs'
import { comparedFiles } from './compared-files.mjs'
import { findChromium } from './find-chromium.mjs'
import { ROOT } from './repository.mjs'
import { bundleRivals, RIVAL_VERSIONS } from './rival-uploaders.mjs'

/**
 * @typedef {import('playwright-core').Page} Page
 * @typedef {import('@countersign/widget/testing').FakeServer} FakeServer
 * @typedef {import('./compared-files.mjs').Picked} Picked
 */

/**
 * @typedef {object} Widget
 * @property {string} path Path of the widget's page.
 * @property {string} label
 * @property {string} browse Selector of the control that opens the file picker.
 * @property {string} [browseOnPhone] Selector of that control on a phone, if it differs.
 */

/** @type {readonly Widget[]} */
const WIDGETS = [
  {
    path: '/dialog',
    label: 'Countersign, dialog',
    browse: '.panel [data-test="browse"]',
  },
  {
    path: '/inline',
    label: 'Countersign, in the page',
    browse: '.panel [data-test="browse"]',
  },
  {
    path: '/uppy',
    label: `Uppy Dashboard ${RIVAL_VERSIONS['@uppy/dashboard']}`,
    browse: '.uppy-Dashboard-browse >> nth=0',
    browseOnPhone: '[data-uppy-acquirer-id="MyDevice"] button >> nth=0',
  },
  {
    path: '/filepond',
    label: `FilePond ${RIVAL_VERSIONS.filepond}`,
    browse: '.filepond--label-action',
  },
]

const ALL = ['empty', 'ready', 'uploading', 'finished', 'failed']
const THEMES = [
  { name: 'light', isDark: false, isPhone: false, states: ALL },
  { name: 'dark', isDark: true, isPhone: false, states: ['empty', 'uploading', 'failed'] },
  { name: 'phone', isDark: false, isPhone: true, states: ALL.filter((name) => name !== 'ready') },
]
/** @typedef {(typeof THEMES)[number]} Theme */

/** All states; `hold` stops uploads half-way. */
const STATES = [
  { name: 'empty', files: 'none', autoUpload: true, hold: false },
  { name: 'ready', files: 'good', autoUpload: false, hold: false },
  { name: 'uploading', files: 'good', autoUpload: true, hold: true },
  { name: 'finished', files: 'good', autoUpload: true, hold: false },
  { name: 'failed', files: 'mixed', autoUpload: true, hold: false },
]
/** @typedef {(typeof STATES)[number]} State */

const MAX_BYTES = 10_000_000
const PARALLEL = 3

/**
 * Files that stay in progress, with the part that is sent. There are as many as parallel uploads,
 * so that the others wait.
 */
const HELD = new Map([
  ['old-wooden-table-second-roll-final-edit.jpg', 0.44],
  ['chelsea.jpg', 0.78],
  ['portrait.jpg', 0.12],
])
const HOLD_UPLOADS = `{
  const held = new Map(${JSON.stringify([...HELD])})
  const { send } = XMLHttpRequest.prototype
  XMLHttpRequest.prototype.send = function (body) {
    const file = body instanceof FormData ? body.get('file') : null
    const part = held.get(file?.name)
    if (part === undefined) return send.call(this, body)
    const progress = { lengthComputable: true, loaded: file.size * part, total: file.size }
    setTimeout(() => this.upload.dispatchEvent(new ProgressEvent('progress', progress)), 1000)
  }
}`

const TYPEFACE = "'Inter Variable', sans-serif"
const PAGE_STYLE = `
:root { color-scheme: light dark; background: light-dark(#fff, #101216); --cs-font: ${TYPEFACE} }
body { margin: 0; padding: 24px } @media (width < 480px) { body { padding: 16px } }
countersign-widget { --cs-font: ${TYPEFACE} }
.uppy-Root, .filepond--root { font-family: ${TYPEFACE} }`

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    out: { type: 'string', default: join(ROOT, 'docs', 'images', 'compare') },
    scale: { type: 'string', default: '1' },
  },
})
process.exitCode = (await compareLooks()) ? 0 : 1

async function compareLooks() {
  if (!(await build())) return false
  const folder = mkdtempSync(join(tmpdir(), 'compare-looks-'))
  const executablePath = await findChromium()
  if (executablePath === null) throw new Error('No Chromium found: name one in CHROMIUM_PATH.')
  const args = ['--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])]
  const [rivals, browser] = await Promise.all([
    bundleRivals(),
    chromium.launch({ executablePath, args }),
  ])
  mkdirSync(values.out, { recursive: true })
  try {
    const files = await writeFiles(folder)
    for (const theme of THEMES) {
      for (const state of STATES) {
        const name = `${state.name}-${theme.name}`
        if (!theme.states.includes(state.name) || !name.includes(values.only ?? '')) continue
        /** @type {Buffer[]} */
        const pictures = []
        for (const widget of WIDGETS) {
          const server = await startServer(rivals)
          try {
            pictures.push(await pictureOf({ browser, server, widget, state, theme, files }))
          } finally {
            await server.close()
          }
        }
        await writeSheet(browser, { name, theme, pictures })
      }
    }
  } finally {
    await browser.close()
    rmSync(folder, { recursive: true })
  }
  return true
}

/**
 * Starts a server with the pages of all widgets. Uploads of two files of the mixed set fail there.
 *
 * @param {{ script: string, style: string }} rivals
 */
async function startServer(rivals) {
  const server = await startFakeServer()
  const limits = { accept: ['image/*'], max_bytes: MAX_BYTES }
  server.discovery = { body: discoveryBody(server.origin, limits) }
  const { upload } = server
  server.upload = (received) => {
    if (received.fileName.startsWith('harbour')) return null
    return received.fileName.startsWith('launch')
      ? { status: 400, body: { error: { message: 'The picture cannot be decoded' } } }
      : upload(received)
  }
  const headers = { 'content-type': 'text/javascript' }
  const folder = join(ROOT, 'packages', 'widget', 'dist', 'script')
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.js'))) {
    server.pages.set(`/widget/${name}`, { body: readFileSync(join(folder, name), 'utf8'), headers })
  }
  server.pages
    .set('/rivals.js', { body: rivals.script, headers })
    .set('/page.css', {
      body: rivals.style + PAGE_STYLE,
      headers: { 'content-type': 'text/css' },
    })
    .set('/favicon.ico', { body: '' })
  for (const { path } of WIDGETS) server.pages.set(path, { body: pageOf(path) })
  return server
}

/** @param {string} path */
function pageOf(path) {
  const isOurs = path === '/dialog' || path === '/inline'
  const inTarget =
    {
      '/filepond': '<input type="file">',
      '/dialog': '<button id="open" style="opacity: 0">Add</button>',
    }[path] ?? ''
  return `<!doctype html><html lang="en"><title>${path}</title><meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/page.css"><div id="target">${inTarget}</div>
<script src="${isOurs ? '/widget/all.js' : '/rivals.js'}"></script><script>
const autoUpload = location.search !== '?ready'
const theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
const shared = { endpoint: '/v1_1/demo/image/upload', autoUpload, maxBytes: ${MAX_BYTES}, parallel: ${PARALLEL} }
const shows = {
  '/uppy': () => showUppy({ ...shared, target: '#target', theme, note: 'Images, up to 10 MB each.' }),
  '/filepond': () => showFilePond({ ...shared, target: '#target input' }),
  '/dialog': () => showOurs({}),
  '/inline': () => showOurs({ inlineContainer: '#target' }),
}
function showOurs(options) {
  const sources = ['local', 'camera', 'url', 'screen']
  const widget = cloudinary.createUploadWidget(
    { signatureEndpoint: '/sign', sources, autoUpload, maxParallelUploads: ${PARALLEL}, ...options }, () => undefined)
  if (options.inlineContainer) widget.open()
  else document.querySelector('#open').addEventListener('click', () => widget.open())
  return () => {
    const { shadowRoot } = document.querySelector('countersign-widget')
    return shadowRoot.querySelector('[data-test="queue-done"]') !== null
  }
}
globalThis.hasEnded = shows['${path}']()
</script></html>`
}

/**
 * @param {object} options
 * @param {import('playwright-core').Browser} options.browser
 * @param {FakeServer} options.server
 * @param {Widget} options.widget
 * @param {State} options.state
 * @param {Theme} options.theme
 * @param {Record<string, string[]>} options.files
 * @returns {Promise<Buffer>}
 */
async function pictureOf({ browser, server, widget, state, theme, files }) {
  const { isDark, isPhone } = theme
  const context = await browser.newContext({
    viewport: isPhone ? { width: 390, height: 780 } : { width: 690, height: 600 },
    deviceScaleFactor: Number(values.scale),
    hasTouch: isPhone,
    isMobile: isPhone,
    reducedMotion: 'reduce',
    colorScheme: isDark ? 'dark' : 'light',
  })
  try {
    const page = await context.newPage()
    await page.goto(`${server.origin}${widget.path}${state.autoUpload ? '' : '?ready'}`)
    // Opened with the pointer, so that the focused element shows no focus ring.
    if (widget.path === '/dialog') await page.click('#open')
    const browse = page.locator((isPhone && widget.browseOnPhone) || widget.browse)
    await browse.waitFor()
    const picked = files[state.files]
    if (picked?.length) await chooseFiles({ page, browse, picked, server, state })
    return await stillPicture(page)
  } finally {
    await context.close()
  }
}

/**
 * @param {object} options
 * @param {Page} options.page
 * @param {import('playwright-core').Locator} options.browse
 * @param {string[]} options.picked
 * @param {FakeServer} options.server
 * @param {State} options.state
 */
async function chooseFiles({ page, browse, picked, server, state }) {
  if (state.hold) await page.evaluate(HOLD_UPLOADS)
  const chosen = page.waitForEvent('filechooser')
  await browse.click()
  await (await chosen).setFiles(picked)
  // The pointer is moved away, so that nothing looks hovered.
  await page.mouse.move(0, 0)
  if (state.hold) await server.waitForUploads(1)
  else if (state.autoUpload)
    await page.waitForFunction('hasEnded()', undefined, { timeout: 60_000 })
}

/**
 * Takes a picture of the page after previews and panels have stopped changing.
 *
 * @param {Page} page
 */
async function stillPicture(page) {
  /** @type {Buffer} */
  let last = Buffer.alloc(0)
  for (let look = 0; look < 12; look += 1) {
    await page.waitForTimeout(500)
    const next = await page.screenshot({ animations: 'disabled' })
    if (look > 2 && next.equals(last)) break
    last = next
  }
  return last
}

/**
 * Writes the files of each set below a folder.
 *
 * @param {string} folder
 * @returns {Promise<Record<string, string[]>>} Paths by the name of the set.
 */
async function writeFiles(folder) {
  const { good, mixed } = await comparedFiles()
  const write = (/** @type {Picked} */ { name, buffer }) => {
    writeFileSync(join(folder, name), buffer)
    return join(folder, name)
  }
  return { none: [], good: good.map(write), mixed: mixed.map(write) }
}

/**
 * @param {import('playwright-core').Browser} browser
 * @param {{ name: string, theme: Theme, pictures: Buffer[] }} sheet
 */
async function writeSheet(browser, { name, theme, pictures }) {
  const columns = theme.isPhone ? 4 : 2
  const page = await browser.newPage({
    viewport: { width: 100, height: 100 },
    deviceScaleFactor: Number(values.scale),
    colorScheme: theme.isDark ? 'dark' : 'light',
  })
  const figures = WIDGETS.map(
    ({ label }, index) =>
      `<figure><figcaption>${label}</figcaption><img src="data:image/png;base64,${pictures[index]?.toString('base64')}"></figure>`,
  )
  await page.setContent(`<!doctype html><style>
    :root { color-scheme: light dark; width: max-content }
    body { display: grid; grid-template-columns: repeat(${columns}, max-content); gap: 20px; margin: 0; padding: 20px;
      background: light-dark(#dfe3e9, #2a2e36); font: 600 15px/1 sans-serif }
    figure { margin: 0 } figcaption { padding-block-end: 8px }
    img { display: block; width: ${theme.isPhone ? 390 : 690}px; border-radius: 6px }</style>${figures.join('')}`)
  await page.waitForFunction('[...document.images].every(({ complete }) => complete)')
  const whole = await page.locator('body').screenshot()
  await page.close()
  const path = join(values.out, `${name}.png`)
  // A palette makes the files four times smaller without a visible difference.
  const { size } = await sharp(whole).png({ palette: true, quality: 85, effort: 10 }).toFile(path)
  console.log(`${path}: ${Math.round(size / 1000)} kB`)
}
