import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { EXAMPLE } from '../../scripts/build-app.mjs'
import { COUNTERSIGN } from '../../scripts/development-server.mjs'
import { ROOT } from '../../scripts/repository.mjs'
import { runCommand, safeEnvironment } from '../../scripts/run-command.mjs'
import { launchChromium } from './chromium.js'
import { dropFiles } from './drop-files.js'
import { type RunningApp, startApp } from './programs.js'
import { takePicture } from './take-picture.js'

const DESKTOP: BrowserContextOptions = {
  viewport: { width: 1180, height: 760 },
  deviceScaleFactor: 2,
}
const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 780 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
}

let app: RunningApp
let browser: Browser

beforeAll(async () => {
  app = await startApp(EXAMPLE)
  browser = await launchChromium()
})

afterAll(async () => {
  await browser?.close()
  await app?.stop()
})

it('asks for the user before anything else', async () => {
  const page = await browser.newPage()
  await page.goto(app.appAddress)
  expect(await page.getByRole('button', { name: 'Upload an Image' }).isDisabled()).toBe(true)
  await page.close()
})

it.each(['localhost', '127.0.0.1'])(
  'opened as %s: drop a photo, see it, and it is still there after a reload',
  async (host) => {
    const page = await signIn(DESKTOP, host)
    const before = await cards(page).count()
    await openDialog(page)
    const worker = page.waitForEvent('worker')
    await dropFiles(page.getByRole('dialog'), [photo('coffee')])
    // A worker draws previews. The app's bundler has copied its script.
    expect((await worker).url()).toContain(`//${host}:`)
    await expectCards(page, before + 1)
    // With one file, the dialog closes by itself.
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    const card = cards(page).first()
    expect(await card.getByRole('img').evaluate(loadedWidth)).toBeGreaterThan(0)
    expect(await card.textContent()).toContain('users/alice/')
    const address = await card.getByRole('link').first().getAttribute('href')
    // The server notified the app, and the app's answer reached the page.
    await page.getByText(/The media server has reported \d+ uploads? to the app\./).waitFor()
    const stored = await fetch(address ?? '')
    expect(stored.headers.get('content-type')).toBe('image/jpeg')
    await page.reload()
    await expectCards(page, before + 1)
    await page.context().close()
  },
)

it('works with the signing route in the Pages Router', async () => {
  const page = await signIn(DESKTOP, '127.0.0.1', '/?router=pages')
  const before = await cards(page).count()
  await openDialog(page)
  await dropFiles(page.getByRole('dialog'), [photo('cat')])
  await expectCards(page, before + 1)
  await page.context().close()
})

it.each([
  ['light', DESKTOP],
  ['dark', { ...DESKTOP, colorScheme: 'dark' }],
  ['phone', PHONE],
] as const)('shows progress, then the pictures: %s', async (name, options) => {
  await removePhotos()
  const page = await signIn({ ...options, reducedMotion: 'reduce' }, '127.0.0.1')
  await openDialog(page)
  await takePicture(page, `example-before-${name}`)
  const photos = ['coffee', 'cat', 'rocket', 'astronaut'].map(photo)
  await slowDown(page, 30_000)
  if (name === 'phone') await chooseFiles(page, photos)
  else await dropFiles(page.getByRole('dialog'), photos)
  await page.waitForFunction(hasProgress)
  await takePicture(page, `example-during-${name}`)
  await slowDown(page, -1)
  await page.getByRole('button', { name: 'Done' }).waitFor()
  await takePicture(page, `example-uploaded-${name}`)
  await page.getByRole('button', { name: 'Done' }).click()
  await expectCards(page, photos.length)
  await Promise.all((await cards(page).getByRole('img').all()).map((i) => i.evaluate(loadedWidth)))
  await takePicture(page, `example-after-${name}`)
  await page.context().close()
})

it('refuses every signing request of a page of another site', async () => {
  const page = await signIn(DESKTOP, '127.0.0.1')
  const statuses: number[] = []
  page.on('response', (response) => {
    if (response.url().includes('sign-cloudinary-params')) statuses.push(response.status())
  })
  // The browser treats the same app under another host name as another site; cookies of that name
  // are sent.
  const endpoint = `${app.appAddress}/api/sign-cloudinary-params`
  await page.goto(app.appAddress.replace('127.0.0.1', 'localhost'))
  const outcomes = await page.evaluate(async (url) => {
    const body = JSON.stringify({
      paramsToSign: { timestamp: Math.floor(Date.now() / 1000), source: 'uw' },
    })
    const asked = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      credentials: 'include',
      body,
    }).then(
      () => 'read',
      () => 'not readable',
    )
    const posted = await fetch(url, {
      method: 'POST',
      mode: 'no-cors',
      credentials: 'include',
      body,
    })
    return { asked, posted: posted.type }
  }, endpoint)
  expect(outcomes).toEqual({ asked: 'not readable', posted: 'opaque' })
  expect(statuses.length).toBeGreaterThan(0)
  expect(statuses.every((status) => status >= 400)).toBe(true)
  await page.context().close()
})

it('gets no red finding from the doctor, as an anonymous and as a signed-in user', async () => {
  const page = await signIn(DESKTOP, '127.0.0.1')
  const cookies = await page.context().cookies()
  await page.context().close()
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  const stranger = await examine([])
  expect(stranger.severities).toEqual({
    secrets: ['green'],
    'public-secrets': ['green'],
    'client-bundle': ['green'],
    route: ['green', 'green'],
    strangers: ['green', 'green'],
    // The doctor reports checks that need a signed-in user, and how to run them.
    'dangerous-params': ['skipped', 'skipped'],
    signature: ['skipped', 'skipped'],
    clock: ['green'],
    cloud: ['green'],
    'media-server': ['green'],
    'key-scope': ['green'],
    preset: ['skipped'],
    completion: ['green'],
  })
  const user = await examine(['--cookie', cookie])
  expect(user.severities).toEqual({
    ...stranger.severities,
    strangers: ['skipped'],
    'dangerous-params': ['green', 'green'],
    signature: ['green', 'green'],
    // The key of `dev` also accepts videos, so that other routes can be tried; the example accepts
    // images only.
    preset: ['amber'],
  })
  expect([stranger.code, user.code]).toEqual([0, 0])
  for (const secret of secretsOf(app)) expect(stranger.json + user.json).not.toContain(secret)
})

it('has no secret in any file that a browser loads, including source maps', () => {
  const spellings = secretsOf(app).flatMap((secret) => [
    secret,
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('hex'),
    encodeURIComponent(secret),
    [...secret].reverse().join(''),
  ])
  expect(spellings.every((spelling) => spelling.length > 20)).toBe(true)
  const folder = join(app.appFolder, '.next', 'static')
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  expect(files.length).toBeGreaterThan(3)
  for (const { parentPath, name } of files) {
    const text = readFileSync(join(parentPath, name), 'latin1')
    expect(
      spellings.filter((spelling) => text.includes(spelling)),
      name,
    ).toEqual([])
  }
})

/** Returns the app's secrets and the secret of the key for server-side use. */
function secretsOf({ env, authorization }: RunningApp): string[] {
  const [, full = ''] = decodeBasic(authorization)
  return ['CLOUDINARY_API_SECRET', 'COUNTERSIGN_WEBHOOK_SECRET']
    .map((name) => env.get(name) ?? '')
    .concat(full)
}

function decodeBasic(authorization: string): string[] {
  return Buffer.from(authorization.replace('Basic ', ''), 'base64').toString().split(':')
}

/** Runs `countersign doctor` on the app and returns the severities by check. */
async function examine(args: readonly string[]) {
  const [id = '', secret = ''] = decodeBasic(app.authorization)
  const admin = { COUNTERSIGN_ADMIN_KEY: id, COUNTERSIGN_ADMIN_SECRET: secret }
  const command = [COUNTERSIGN, 'doctor', app.appAddress, '--dir', app.appFolder, '--json', ...args]
  const env = safeEnvironment(admin)
  const { code, output: json } = await runCommand(process.execPath, command, { env, quiet: true })
  const { findings }: { findings: { check: string; severity: string }[] } = JSON.parse(json)
  const severities: Record<string, string[]> = {}
  for (const { check, severity } of findings) {
    severities[check] = [...(severities[check] ?? []), severity]
  }
  return { code, json, severities }
}

async function signIn(options: BrowserContextOptions, host: string, path = '/'): Promise<Page> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  await page.goto(app.appAddress.replace('127.0.0.1', host) + path)
  await page.getByRole('button', { name: 'Sign in as Alice' }).click()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
  return page
}

async function openDialog(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Upload an Image' }).click()
  await page.getByRole('dialog').waitFor()
}

async function chooseFiles(page: Page, paths: readonly string[]): Promise<void> {
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles([...paths])
}

function cards(page: Page) {
  return page.getByRole('list', { name: 'Photos, newest first' }).getByRole('listitem')
}

async function expectCards(page: Page, count: number): Promise<void> {
  await cards(page)
    .nth(count - 1)
    .waitFor()
  expect(await cards(page).count()).toBe(count)
}

/** Deletes all photos, with the key for server-side use. */
async function removePhotos(): Promise<void> {
  const api = `${app.mediaServer}/v1_1/${app.env.get('NEXT_PUBLIC_CLOUDINARY_CLOUD_NAME')}`
  const headers = { authorization: app.authorization }
  const listed = await fetch(`${api}/resources/image?max_results=100`, { headers })
  const { resources } = (await listed.json()) as { resources: { public_id: string }[] }
  for (const { public_id } of resources) {
    const body = new URLSearchParams({ public_id })
    const answer = await fetch(`${api}/image/destroy`, { method: 'POST', headers, body })
    expect(await answer.json()).toMatchObject({ result: 'ok' })
  }
}

/** Limits the page's upload speed in bytes per second; -1 removes the limit. */
async function slowDown(page: Page, uploadThroughput: number): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput,
  })
}

function photo(name: string): string {
  return join(ROOT, 'test', 'e2e', 'photos', `${name}.jpg`)
}

/** Runs in the page: returns the width of a picture in pixels after it has loaded. */
async function loadedWidth(element: Element): Promise<number> {
  const image = element as HTMLImageElement
  image.loading = 'eager'
  await image.decode()
  return image.naturalWidth
}

/** Runs in the page: returns true if an upload is in progress. */
function hasProgress(): boolean {
  const roots = [...document.querySelectorAll('*')].map((element) => element.shadowRoot)
  const bars = roots.flatMap((root) => [...(root?.querySelectorAll('progress') ?? [])])
  return bars.some(({ position }) => position > 0.4 && position < 0.9)
}
