import { readFile } from 'node:fs/promises'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  discoveryBody,
  type FakeServer,
  startFakeServer,
} from '../../packages/widget/test/fake-server.js'
import { launchChromium } from './chromium.js'

// The page that the widget must work in: no inline script or style, no foreign host.
const STRICT_POLICY = "default-src 'self'; img-src 'self' blob:; connect-src 'self'"

const PAGE = `<!doctype html><html lang="en"><head><title>A page</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/page.css"></head>
<body><main><h1>A page</h1><form id="form"><button type="button" id="open">Upload</button></form>
<div id="tall"></div></main><script src="/widget/all.js"></script><script src="/page.js"></script></body></html>`

const PAGE_STYLE = `#tall { height: 3000px } html[data-dark] { color-scheme: dark; background: #14161a; color: #eee }`

// What the callback hears is kept as plain data, for the test to read.
const PAGE_SCRIPT = `
const query = new URLSearchParams(location.search)
document.documentElement.toggleAttribute('data-dark', query.has('dark'))
window.heard = []
window.violations = []
addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective + ' ' + event.blockedURI))
window.hear = (error, result) => heard.push({ error: error && error.message, event: result.event, info: JSON.parse(JSON.stringify(result.info ?? null)) })
window.widget = cloudinary.createUploadWidget(
  { signatureEndpoint: '/sign', ...JSON.parse(query.get('options') ?? '{}') }, hear)
document.querySelector('#open').addEventListener('click', (event) => widget.open(event))`

interface Heard {
  readonly error: string | null
  readonly event: string
  readonly info: Record<string, unknown> & string
}

interface PageSettings {
  readonly options?: object
  readonly isDark?: boolean
  readonly isPhone?: boolean
}

let browser: Browser
let server: FakeServer
let context: BrowserContext
let page: Page
let script: string

beforeAll(async () => {
  browser = await launchChromium()
  script = await readFile(
    new URL('../../packages/widget/dist/script/all.js', import.meta.url),
    'utf8',
  )
})

afterAll(() => browser.close())

beforeEach(async () => {
  server = await startFakeServer()
  const javascript = { 'content-type': 'text/javascript' }
  server.pages
    .set('/', { body: PAGE, headers: { 'content-security-policy': STRICT_POLICY } })
    .set('/page.css', { body: PAGE_STYLE, headers: { 'content-type': 'text/css' } })
    .set('/page.js', { body: PAGE_SCRIPT, headers: javascript })
    .set('/favicon.ico', { body: '' })
    .set('/widget/all.js', {
      body: script.replaceAll('__COUNTERSIGN_PUBLIC_URL__', server.origin),
      headers: javascript,
    })
})

afterEach(async () => {
  await context.close()
  await server.close()
})

async function visit({
  options = {},
  isDark = false,
  isPhone = false,
}: PageSettings = {}): Promise<void> {
  context = await browser.newContext({
    viewport: isPhone ? { width: 390, height: 780 } : { width: 900, height: 700 },
    hasTouch: isPhone,
    isMobile: isPhone,
    reducedMotion: 'reduce',
  })
  page = await context.newPage()
  const query = new URLSearchParams({ options: JSON.stringify(options) })
  if (isDark) query.set('dark', '')
  await page.goto(`${server.origin}/?${query}`)
}

async function openWidget(settings?: PageSettings): Promise<void> {
  await visit(settings)
  await page.click('#open')
  await page.waitForSelector('dialog[open] [data-test="browse"]')
}

interface Picked {
  readonly name: string
  readonly mimeType: string
  readonly buffer: Buffer
}

// The smallest PNG: 37 by 21 pixels of one colour.
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAACUAAAAVCAMAAAD2OtecAAAAA1BMVEUiZndhdYfqAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAEElEQVQoz2NgGAWjYBRgBwADHgABOKGjHwAAAABJRU5ErkJggg==',
  'base64',
)

function png(name: string): Picked {
  return { name, mimeType: 'image/png', buffer: PNG }
}

function choose(...files: readonly Picked[]): Promise<void> {
  return page.setInputFiles('input[type=file]', [...files])
}

function heard(): Promise<Heard[]> {
  return page.evaluate('heard')
}

/** Wait for an expression to be true; `waitForFunction` would need the page to allow `eval`. */
async function until(expression: string): Promise<void> {
  await expect.poll(() => page.evaluate(expression), { timeout: 20_000 }).toBe(true)
}

function hears(event: string): Promise<void> {
  return until(`heard.some(({ event }) => event === ${JSON.stringify(event)})`)
}

async function eventNames(): Promise<string[]> {
  return (await heard()).map(({ event }) => event)
}

/** What of the widget is left in the page. */
function leftovers(): Promise<unknown> {
  return page.evaluate(`({
    hosts: document.querySelectorAll('countersign-widget').length,
    sheets: document.adoptedStyleSheets.length,
    overflow: getComputedStyle(document.documentElement).overflow,
    style: document.body.getAttribute('style') ?? document.documentElement.getAttribute('style'),
  })`)
}

const NOTHING = { hosts: 0, sheets: 0, overflow: 'visible', style: null }

function neverAnswer(): void {
  server.upload = () => new Promise(() => undefined)
}

describe('before it is opened', () => {
  it('asks for nothing and puts nothing into the page', async () => {
    await visit()
    await until('window.widget !== undefined')
    expect(
      server.requests.filter(
        (request) => !/ \/(|page\.\w+|widget\/all\.js|favicon\.ico)$/.test(request),
      ),
    ).toEqual([])
    expect(await leftovers()).toEqual(NOTHING)
    expect(await page.evaluate('document.activeElement.tagName')).toBe('BODY')
  })

  it('keeps what other scripts put into window.cloudinary', async () => {
    server.pages.set('/page.js', {
      body: 'document.title = typeof cloudinary.openUploadWidget + cloudinary.other',
      headers: { 'content-type': 'text/javascript' },
    })
    const all = server.pages.get('/widget/all.js')
    server.pages.set('/widget/all.js', {
      ...all,
      body: `window.cloudinary = { other: 1 };${all?.body}`,
    })
    await visit()
    expect(await page.title()).toBe('function1')
  })
})

describe('an upload', () => {
  it('shows progress in bytes while the file leaves', async () => {
    await openWidget()
    const devtools = await context.newCDPSession(page)
    await devtools.send('Network.enable')
    await devtools.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: 400_000,
    })
    await page.evaluate(`{
      window.shown = []
      const { shadowRoot } = document.querySelector('countersign-widget')
      new MutationObserver(() => {
        const bar = shadowRoot.querySelector('.row progress')
        if (bar) shown.push(bar.value)
      }).observe(shadowRoot, { subtree: true, childList: true, attributes: true })
    }`)
    await choose({ ...png('large.png'), buffer: Buffer.concat([PNG, Buffer.alloc(600_000)]) })
    await hears('success')
    const shown = (await page.evaluate('shown')) as number[]
    const between = new Set(shown.filter((percent) => percent > 0 && percent < 100))
    expect(between.size).toBeGreaterThan(2)
    expect(shown).toEqual([...shown].sort((one, other) => one - other))
  })

  it('of one file closes the widget by itself, with the documented events', async () => {
    await openWidget()
    await choose(png('one.png'))
    await hears('close')
    // What the app says comes when it comes.
    expect((await eventNames()).filter((name) => name !== 'completed')).toEqual([
      'display-changed',
      'upload-added',
      'queues-start',
      'success',
      'queues-end',
      'display-changed',
      'close',
    ])
    const success = (await heard()).find(({ event }) => event === 'success')
    expect(success?.info).toMatchObject({
      public_id: 'users/42/photo1',
      path: 'v1700000000/users/42/photo1.png',
      thumbnail_url: `${server.origin}/demo/image/upload/c_limit,h_60,w_90/v1700000000/users/42/photo1.png`,
    })
    expect(success?.info.id).toMatch(/^uw-file\d+$/)
    expect(success?.info.batchId).toMatch(/^uw-batch\d+$/)
    expect(await leftovers()).toEqual(NOTHING)
  })

  it('is followed by what the app answered, also when the widget has closed by itself', async () => {
    const { upload } = server
    server.upload = (received) => {
      const path = `/v1_1/demo/completions/${received.fields.nonce}`
      server.pages.set(path, { body: { status: 'done', result: { photoId: 7 } } })
      return upload(received)
    }
    await openWidget()
    await choose(png('one.png'))
    await hears('close')
    await hears('completed')
    const all = await heard()
    const success = all.find(({ event }) => event === 'success')
    expect(all.find(({ event }) => event === 'completed')?.info).toEqual({
      id: success?.info.id,
      asset: success?.info,
      status: 'done',
      result: { photoId: 7 },
    })
  })

  it('of several files ends once, with tiles', async () => {
    await openWidget()
    await choose(png('a.png'), png('b.png'), png('c.png'))
    await hears('queues-end')
    const names = await eventNames()
    expect(names.filter((name) => name === 'success')).toHaveLength(3)
    expect(names.filter((name) => name === 'queues-end')).toHaveLength(1)
    expect(await page.textContent('h2')).toBe('3 files uploaded')
    expect(await page.locator('.tile').count()).toBe(3)
    await page.waitForSelector('.tile canvas[data-fit="small"]')
    await page.click('[data-test="queue-done"]')
    expect(await leftovers()).toEqual(NOTHING)
    expect(await page.evaluate('violations')).toEqual([])
  })

  it('puts a hidden field into the form', async () => {
    await openWidget({ options: { form: '#form', field_name: 'photo[]' } })
    await choose(png('a.png'))
    await hears('success')
    expect(await page.inputValue('#form input[name="photo[]"]')).toBe(
      `image/upload/v1700000000/users/42/photo1.png#${'e'.repeat(40)}`,
    )
  })

  it('takes files that are dropped or pasted', async () => {
    neverAnswer()
    await openWidget()
    const drop = await page.evaluateHandle(`(() => {
      const data = new DataTransfer()
      data.items.add(new File(['x'], 'dropped.png', { type: 'image/png' }))
      return data
    })()`)
    await page.locator('dialog').dispatchEvent('dragover', { dataTransfer: drop })
    expect(await page.textContent('.drop h3')).toBe('Drop to add this file')
    await page.locator('dialog').dispatchEvent('drop', { dataTransfer: drop })
    await page.waitForSelector('.row')
    await page.evaluate(`(() => {
      const clipboardData = new DataTransfer()
      clipboardData.items.add(new File(['y'], 'pasted.png', { type: 'image/png' }))
      document.dispatchEvent(new ClipboardEvent('paste', { clipboardData }))
    })()`)
    await until(
      `document.querySelector('countersign-widget').shadowRoot.querySelectorAll('.row').length === 2`,
    )
    expect(await page.locator('.row .sr').allTextContents()).toEqual(['dropped.png', 'pasted.png'])
  })
})

describe('what goes wrong', () => {
  it('is said before anything is sent where a limit forbids the file', async () => {
    server.discovery = {
      body: discoveryBody(server.origin, { accept: ['image/png'], max_bytes: 50 }),
    }
    await openWidget()
    await page.getByText('PNG, up to 50 B each.').waitFor()
    await choose(png('a.png'), { ...png('b.heic'), mimeType: 'image/heic' })
    await page.getByText(`Too large: ${PNG.length} B. Choose a file up to 50 B.`).waitFor()
    await page.getByText('HEIC photos are not accepted.').waitFor()
    expect(server.signings).toEqual([])
    expect(server.uploads).toEqual([])
    const failed = (await heard()).filter(({ event }) => event === 'upload-failed')
    expect(failed.map(({ error }) => error)).toEqual([
      expect.stringMatching(/^Too large/),
      expect.stringMatching(/^HEIC/),
    ])
  })

  it('can be tried again', async () => {
    const { upload } = server
    server.upload = () => ({ status: 400, body: { error: { message: 'Out of film' } } })
    server.sign = () => ({
      status: 401,
      body: { error: { code: 'unauthorized', message: 'Sign in.' } },
    })
    await openWidget()
    await choose(png('a.png'), png('b.png'))
    await hears('queues-end')
    expect(await page.textContent('h2')).toBe('2 files were not uploaded')
    await page.getByText('Your session ended. Sign in again, then retry.').first().waitFor()
    const fresh = await startFakeServer()
    server.sign = fresh.sign
    await fresh.close()
    server.sign = (body) => ({
      body: {
        signature: 's',
        api_key: '1',
        upload_url: `${server.origin}/v1_1/demo`,
        params: { nonce: body.nonce },
      },
    })
    server.upload = upload
    await page.click('[data-test="retry"]')
    await hears('success')
    await page.click('[data-test="retry-all"]')
    await page.getByText('2 files uploaded').first().waitFor()
    const retries = (await heard()).filter(({ event }) => event === 'retry')
    expect(retries.map(({ info }) => info.all)).toEqual([false, true])
  })

  it('is not offered again where the server has decided', async () => {
    server.upload = () => ({ status: 400, body: { error: { message: 'Invalid image file' } } })
    await openWidget()
    await choose(png('a.png'))
    await page.getByText('The server refused this file: invalid image file').first().waitFor()
    expect(await page.locator('[data-test="retry"], [data-test="retry-all"]').count()).toBe(0)
    const failure = (await heard()).find(({ event }) => event === 'upload-failed')
    expect(failure?.info).toMatchObject({ status: '400', code: 'PARAM_INVALID' })
  })

  it('in the set-up is shown with what to do, and can be tried again', async () => {
    server.sign = () => ({ status: 404, body: '<h1>Not found</h1>' })
    await openWidget()
    await choose(png('a.png'))
    await page.getByText('Uploads are not set up yet').waitFor()
    expect(await page.textContent('pre')).toBe(`POST ${server.origin}/sign\n404 Not Found`)
    expect(await page.textContent('.note code')).toBe('signatureEndpoint')
    server.sign = () => ({
      body: { signature: 's', upload_url: `${server.origin}/v1_1/demo`, params: {} },
    })
    await page.click('[data-test="try-again"]')
    await hears('success')
  })

  it('says that the user is signed out when the endpoint says so at opening', async () => {
    server.discovery = {
      status: 401,
      body: { error: { code: 'unauthorized', message: 'Sign in.' } },
    }
    await visit()
    await page.click('#open')
    await page.getByText('You are signed out').waitFor()
    expect((await heard()).map(({ event }) => event)).toEqual([
      'display-changed',
      'configuration-failed',
    ])
  })

  it('shows too many files as left out', async () => {
    neverAnswer()
    await openWidget({ options: { max_files: 2 } })
    await choose(png('a.png'), png('b.png'), png('c.png'))
    await page.getByText('Only 2 files fit. 1 was left out.').first().waitFor()
    expect(await eventNames()).toContain('batch-cancelled')
    expect(await page.locator('.row').count()).toBe(2)
  })
})

describe('stopping', () => {
  it('cancels one upload, and then all', async () => {
    neverAnswer()
    await openWidget()
    await choose(png('a.png'), png('b.png'), png('c.png'))
    await page.getByRole('button', { name: 'Cancel a.png' }).click()
    await page.getByText('Cancelled').waitFor()
    await page.click('[data-test="cancel-all"]')
    await hears('queues-end')
    const aborts = (await heard()).filter(({ event }) => event === 'abort')
    expect(aborts.map(({ info }) => [(info.ids as unknown as string[]).length, info.all])).toEqual([
      [1, false],
      [2, true],
    ])
    expect(await page.textContent('h2')).toBe('Uploads cancelled')
  })

  it('asks before it closes, and Escape keeps the uploads', async () => {
    neverAnswer()
    await openWidget()
    await choose(png('a.png'))
    await page.waitForSelector('.row')
    await page.keyboard.press('Escape')
    await page.getByText('Stop uploading?').waitFor()
    expect(await page.evaluate(`document.activeElement.shadowRoot.activeElement.textContent`)).toBe(
      'Keep uploading',
    )
    await page.keyboard.press('Escape')
    await page.waitForSelector('.foot')
    for (let press = 0; press < 4; press += 1) await page.keyboard.press('Escape')
    expect(await page.locator('dialog[open]').count()).toBe(1)
    await page.click('[data-test="close"]')
    await page.click('[data-test="stop"]')
    expect((await eventNames()).slice(-3)).toEqual(['abort', 'display-changed', 'close'])
    expect(await leftovers()).toEqual(NOTHING)
  })

  it('shrinks to a bar, from which the page can be used, and comes back', async () => {
    neverAnswer()
    await openWidget()
    await choose(png('a.png'))
    await page.click('[data-test="minimize"]')
    await page.getByText('Uploading 1 of 1').waitFor()
    expect(await page.evaluate('[widget.isMinimized(), widget.isShowing()]')).toEqual([true, false])
    expect(await page.evaluate('getComputedStyle(document.documentElement).overflow')).toBe(
      'visible',
    )
    await page.click('[data-test="expand"]')
    await page.waitForSelector('dialog[open] .row')
    const displays = (await heard()).filter(({ event }) => event === 'display-changed')
    expect(displays.map(({ info }) => info)).toEqual(['shown', 'minimized', 'expanded'])
  })
})

describe('keyboard and focus', () => {
  it('works without a mouse', async () => {
    const { upload } = server
    server.upload = (received) =>
      received.fileName === 'c.png'
        ? upload(received)
        : { status: 400, body: { error: { message: 'No' } } }
    await visit()
    await page.focus('#open')
    await page.keyboard.press('Enter')
    await page.waitForSelector('dialog[open]')
    const focused = (): Promise<string> =>
      page.evaluate(`(() => {
        const { activeElement } = document.activeElement.shadowRoot ?? document
        return activeElement?.getAttribute('aria-label') ?? activeElement?.textContent
      })()`)
    expect(await focused()).toBe('Choose files')
    const chooser = page.waitForEvent('filechooser')
    // The browser hands choosers over only once it has been told to.
    await page.evaluate('0')
    await page.keyboard.press('Enter')
    await (await chooser).setFiles([png('a.png'), png('b.png'), png('c.png')])
    await hears('queues-end')
    expect(await focused()).toBe('2 files were not uploaded')
    const reached: string[] = []
    for (let press = 0; press < 5; press += 1) {
      await page.keyboard.press('Tab')
      reached.push(await focused())
    }
    expect(reached).toEqual(['Close', 'Remove a.png', 'Remove b.png', 'Remove c.png', 'Add more'])
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Delete')
    expect(await focused()).toBe('Remove b.png')
    await page.keyboard.press('Escape')
    await hears('close')
    expect(await page.evaluate('document.activeElement.id')).toBe('open')
  })

  it('gives focus and scrolling back at every way out', async () => {
    await visit()
    await page.evaluate('scrollTo(0, 400)')
    for (const leave of [
      () => page.keyboard.press('Escape'),
      () => page.click('[data-test="close"]'),
      () => page.evaluate('widget.close()'),
      () => page.evaluate('widget.hide()'),
    ]) {
      await page.evaluate(`document.querySelector('#open').focus({ preventScroll: true })`)
      await page.evaluate('widget.open()')
      await page.waitForSelector('dialog[open]')
      expect(await page.evaluate('getComputedStyle(document.documentElement).overflow')).toBe(
        'hidden',
      )
      await leave()
      await until('!widget.isShowing()')
      expect(await page.evaluate('[document.activeElement.id, scrollY]')).toEqual(['open', 400])
      expect(await leftovers()).toEqual(NOTHING)
    }
  })

  it('speaks of what happens in live regions that were there before', async () => {
    await openWidget()
    await page.waitForSelector('dialog [role="status"]', { state: 'attached' })
    server.upload = () => ({ status: 400, body: { error: { message: 'No film' } } })
    await choose(png('a.png'))
    await until(
      `document.querySelector('countersign-widget').shadowRoot.querySelector('dialog [role=alert]').textContent === 'a.png was not uploaded: The server refused this file: no film'`,
    )
  })

  it('keeps its keys and presses from the page’s own dialogs', async () => {
    await openWidget()
    await page.evaluate(`{
      window.leaked = []
      for (const target of [document, window]) {
        for (const type of ['pointerdown', 'wheel', 'focusin', 'keydown']) target.addEventListener(type, ({ key }) => {
          if (type !== 'keydown' || key === 'Escape') leaked.push(type)
        })
      }
    }`)
    await page.click('h2')
    await page.mouse.wheel(0, 10)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Escape')
    await hears('close')
    // Focus comes back to the page's own button at the end, which is the page's to hear.
    expect(await page.evaluate('leaked')).toEqual(['focusin', 'focusin'])
    expect(await page.evaluate(`document.activeElement.id`)).toBe('open')
  })
})

describe('the look', () => {
  it.each([
    [false, 'rgb(255, 255, 255)'],
    [true, 'rgb(23, 25, 30)'],
  ])('follows the page: dark is %s', async (isDark, surface) => {
    await openWidget({ isDark })
    expect(
      await page.evaluate(
        `getComputedStyle(document.querySelector('countersign-widget').shadowRoot.querySelector('.panel')).backgroundColor`,
      ),
    ).toBe(surface)
  })

  it('is not changed by what the page styles', async () => {
    server.pages.set('/page.css', {
      body: '* { display: none; opacity: .5; rotate: 3deg; text-transform: uppercase } countersign-widget { zoom: 2 } html, body, main, #form, #open { display: block; rotate: none }',
      headers: { 'content-type': 'text/css' },
    })
    await openWidget()
    expect(await page.locator('.panel').boundingBox()).toMatchObject({ width: 640, height: 540 })
    expect(
      await page.evaluate(
        `getComputedStyle(document.querySelector('countersign-widget').shadowRoot.querySelector('h2')).textTransform`,
      ),
    ).toBe('none')
  })

  it('is a sheet at the bottom of a phone, with targets for fingers', async () => {
    neverAnswer()
    await openWidget({ isPhone: true })
    await page.getByText('Photo library').waitFor()
    await choose(png('a.png'))
    await page.waitForSelector('.row')
    const sheet = await page.locator('.panel').boundingBox()
    expect(sheet).toMatchObject({ x: 0, width: 390 })
    expect((sheet?.y ?? 0) + (sheet?.height ?? 0)).toBe(780)
    for (const button of await page.locator('dialog button').all()) {
      const box = await button.boundingBox()
      expect(
        Math.min(box?.width ?? 0, box?.height ?? 0),
        await button.innerText(),
      ).toBeGreaterThanOrEqual(44)
    }
  })
})

describe('accessibility', () => {
  const views: readonly (readonly [string, (settings: PageSettings) => Promise<void>])[] = [
    ['empty', openWidget],
    [
      'dragging',
      async (settings) => {
        await openWidget(settings)
        const data = await page.evaluateHandle(
          `(() => { const data = new DataTransfer(); data.items.add(new File(['x'], 'a.png', { type: 'image/png' })); return data })()`,
        )
        await page.locator('dialog').dispatchEvent('dragover', { dataTransfer: data })
      },
    ],
    ['queue', openQueue],
    [
      'close question',
      async (settings) => {
        await openQueue(settings)
        await page.click('[data-test="close"]')
      },
    ],
    [
      'failed',
      async (settings) => {
        await openQueue(settings)
        await page.click('[data-test="cancel-all"]')
      },
    ],
    [
      'finished',
      async (settings) => {
        await openWidget(settings)
        await choose(png('a.png'), png('b.png'))
        await hears('queues-end')
      },
    ],
    [
      'minimised',
      async (settings) => {
        await openQueue(settings)
        await page.click('[data-test="minimize"]')
      },
    ],
    [
      'problem',
      async (settings) => {
        server.sign = () => ({ status: 404, body: '' })
        await openWidget(settings)
        await choose(png('a.png'))
        await page.waitForSelector('.note')
      },
    ],
  ]

  async function openQueue(settings: PageSettings): Promise<void> {
    const { upload } = server
    server.upload = (received) => {
      if (received.fileName === 'slow.png') return new Promise(() => undefined)
      return received.fileName === 'bad.png'
        ? { status: 400, body: { error: { message: 'No film' } } }
        : upload(received)
    }
    await openWidget({ ...settings, options: { maxFileSize: 500 } })
    await choose(png('slow.png'), png('bad.png'), png('good.png'), {
      ...png('large.png'),
      buffer: Buffer.alloc(600),
    })
    await page.waitForSelector('.row[data-state="failed"]')
    await page.waitForSelector('.row[data-state="done"]')
  }

  for (const isDark of [false, true]) {
    it.each(views)(
      `has no violation in the view %s, ${isDark ? 'dark' : 'light'}`,
      async (_, open) => {
        await open({ isDark })
        const axe = new AxeBuilder({ page }).include('countersign-widget')
        // Of what axe looks at, only contrast differs between the themes.
        if (isDark) axe.withRules(['color-contrast'])
        const { violations } = await axe.analyze()
        expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
      },
    )
  }

  it('names the dialog after its title', async () => {
    await openWidget()
    expect(await page.getByRole('dialog', { name: 'Add photos and videos' }).count()).toBe(1)
  })
})

describe('its life', () => {
  it.each([
    ['at once', ''],
    ['shown', `await new Promise((resolve) => setTimeout(resolve))`],
  ])('leaves nothing when it is destroyed, %s', async (_, pause) => {
    await visit()
    await page.evaluate(`(async () => { widget.open(); ${pause}; await widget.destroy() })()`)
    expect(await leftovers()).toEqual(NOTHING)
    expect(await page.evaluate('widget.isDestroyed()')).toBe(true)
    await page.evaluate('widget.open()')
    expect(await leftovers()).toEqual(NOTHING)
  })

  it('stops its uploads when it is destroyed, and says nothing more', async () => {
    neverAnswer()
    await openWidget()
    await choose(png('a.png'))
    await hears('queues-start')
    const failed = page.waitForEvent('requestfailed')
    await page.waitForSelector('.row')
    const before = await eventNames()
    await page.evaluate('widget.destroy()')
    await failed
    expect(await eventNames()).toEqual(before)
  })

  it('opens one dialog when it is mounted, destroyed and mounted again', async () => {
    await visit()
    await page.evaluate(`{
      const options = { signatureEndpoint: '/sign' }
      const first = cloudinary.openUploadWidget(options, hear)
      first.destroy()
      window.second = cloudinary.openUploadWidget(options, hear)
    }`)
    await page.waitForSelector('dialog[open]')
    expect(await page.locator('countersign-widget').count()).toBe(1)
    expect(await page.evaluate('second.isShowing()')).toBe(true)
  })

  it('starts afresh after it was closed', async () => {
    await openWidget()
    await choose(png('a.png'), png('b.png'))
    await hears('queues-end')
    await page.click('[data-test="queue-done"]')
    await page.click('#open')
    await page.waitForSelector('dialog[open] [data-test="browse"]')
    expect(await page.locator('.row, .tile').count()).toBe(0)
  })

  it('opens again after the page took it out of the document', async () => {
    await openWidget()
    await page.evaluate(`document.querySelector('countersign-widget').remove()`)
    await page.evaluate('widget.hide(); widget.show()')
    await page.waitForSelector('dialog[open]')
    await page.keyboard.press('Escape')
    await hears('close')
    expect(await leftovers()).toEqual(NOTHING)
  })

  it('uses the options and the callback of the last update', async () => {
    await openWidget()
    await page.evaluate(`{
      window.newer = []
      widget.update({ tags: ['later'], multiple: false, singleUploadAutoClose: false }, (error, { event }) => newer.push(event))
    }`)
    await page.getByText('Choose a file').waitFor()
    await choose(png('a.png'))
    await until(`newer.includes('success')`)
    expect(server.signings[0]?.paramsToSign).toMatchObject({ tags: 'later' })
    expect(await eventNames()).toEqual(['display-changed'])
  })

  it('speaks the page’s language where it has the words', async () => {
    const text = { de: { local: { browse: 'Dateien auswählen' }, queue: { done: 'Fertig' } } }
    await openWidget({ options: { language: 'de', text } })
    expect(await page.textContent('[data-test="browse"]')).toBe('Dateien auswählen')
  })
})
