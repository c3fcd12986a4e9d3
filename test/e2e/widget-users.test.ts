/** Tests two users in one browser: an upload stays with the user who began it. */

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { force, text } from '@countersign/endpoint'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  addressOf,
  choose,
  folder,
  type Heard,
  hears,
  hearsOn,
  infoOf,
  open,
  page,
  photo,
  stack,
  useStack,
} from './stack-page.js'

useStack('widget-users', {
  presets: {
    default: {
      limits: { accept: ['image/*'], maxBytes: 20_000_000 },
      params: (user) => ({ folder: force(`users/${user.id}`), tags: text() }),
    },
  },
})

const OPTIONS = { maxChunkSize: 5_000_000, singleUploadAutoClose: false }
/** The picture that Alice uploads. */
let passport: string

beforeAll(async () => {
  // Noise does not compress, so the picture has about 11 MB.
  passport = join(folder, 'passport.png')
  await sharp({
    create: {
      width: 1930,
      height: 1900,
      channels: 3,
      background: '#888',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  })
    .png({ compressionLevel: 0 })
    .toFile(passport)
})

describe('a large upload that Alice left in the middle', () => {
  it('is not shown, read or sent when Bob opens the widget, and continues by itself when Alice is back', async () => {
    await leaveInTheMiddle(OPTIONS)
    const { asked, ranges } = watch(page)
    await uploadAs('bob', OPTIONS)
    expect([asked, ranges]).toEqual([[], []])
    await signIn('alice')
    await page.goto(addressOf(OPTIONS))
    const heard = await hears('success')
    expect(ranges).toEqual(['5000000', '10000000'])
    expect(infoOf(heard, 'success')).toMatchObject({
      original_filename: 'passport',
      asset_folder: 'users/alice',
    })
  })

  it('is not sent for Bob if the server no longer has it, and starts again when Alice is back', async () => {
    await leaveInTheMiddle(OPTIONS)
    await stack.killServer()
    for (const end of ['', '-wal', '-shm'])
      await rm(join(folder, `catalog.db${end}`), { force: true })
    await stack.startServer()
    const { asked, ranges } = watch(page)
    await uploadAs('bob', OPTIONS)
    expect([asked, ranges]).toEqual([[], []])
    await signIn('alice')
    await page.goto(addressOf(OPTIONS))
    await page.evaluate('widget.open()')
    const heard = await hears('success')
    expect(ranges).toEqual(['0', '5000000', '10000000'])
    expect(infoOf(heard, 'success')).toMatchObject({ asset_folder: 'users/alice' })
  })

  it('is not shown in Bob’s tab, though both tabs share one store and one resumeScope', async () => {
    const shared = { ...OPTIONS, resumeScope: 'kiosk' }
    await leaveInTheMiddle(shared)
    const beside = await page.context().newPage()
    const { asked, ranges } = watch(beside)
    await uploadAs('bob', shared, beside)
    expect([asked, ranges]).toEqual([[], []])
  })
})

it('is not kept in the browser with resume: false', async () => {
  await signIn('alice')
  await open({ ...OPTIONS, resume: false })
  await page.setInputFiles('input[type=file]', passport)
  await hears('success')
  const stores = 'indexedDB.databases().then((all) => all.map(({ name }) => name))'
  expect(await page.evaluate(stores)).toEqual([])
})

describe('a running queue, when Bob signs in without a reload', () => {
  const FILES = 14

  it('stores no file of Alice as Bob’s, and shows Bob none of it', async () => {
    await signIn('alice')
    await open({ ...OPTIONS, form: '#form', thumbnails: '#thumbnails' })
    let sent = 0
    let hold = false
    const held: (() => Promise<void>)[] = []
    await page.route('**/upload', async (route) => {
      sent += 1
      if (hold) held.push(() => route.continue())
      else await route.continue()
    })
    await choose(photo('alice-first.png'))
    await hears('success')
    expect(await page.locator('#form input[type=hidden]').count()).toBe(1)
    hold = true
    await choose(...Array.from({ length: FILES }, (_, index) => photo(`alice-${index}.png`)))
    await expect.poll(() => held.length).toBeGreaterThanOrEqual(3)
    await signIn('bob')
    hold = false
    for (const release of held) await release()
    const heard = await hears('batch-cancelled')
    expect(infoOf(heard, 'batch-cancelled')).toEqual({ reason: 'USER_CHANGED' })
    await page
      .getByText('You signed in as someone else. Choose your files again.')
      .first()
      .waitFor()
    expect(await rows(page)).toEqual([])
    await expect.poll(() => page.locator('#form input[type=hidden]').count()).toBe(0)
    expect(await page.locator('#thumbnails li').count()).toBe(0)

    const before = sent
    await choose(photo('bob.png'))
    await expect.poll(async () => folders(await page.evaluate('heard'))).toContain('users/bob')
    expect(sent).toBe(before + 1)
    const all: Heard[] = await page.evaluate('heard')
    const since = all.slice(all.findIndex(({ event }) => event === 'batch-cancelled') + 1)
    expect(JSON.stringify(since)).not.toContain('alice')
    expect(new Set(names(all, 'users/bob'))).toEqual(new Set(['bob']))
    expect(await rows(page)).toEqual(['bob.png'])
  })

  it('does not put the tags that Alice typed on Bob’s files', async () => {
    await signIn('alice')
    await open({ ...OPTIONS, autoUpload: false, showAdvancedOptions: true, tags: ['given'] })
    await choose(photo('alice.png'))
    await page.click('[data-test="btn-advanced"]')
    await page.getByLabel('Tags', { exact: true }).fill('passport')
    await page.click('[data-test="save-options"]')
    await page.waitForSelector('[data-test="upload"]')
    await signIn('bob')
    await page.click('[data-test="upload"]')
    await hears('batch-cancelled')
    await choose(photo('bob.png'))
    await page.click('[data-test="upload"]')
    expect(infoOf(await hears('success'), 'success')).toMatchObject({
      asset_folder: 'users/bob',
      tags: ['given'],
    })
  })

  it('continues when Alice signed out and comes back', async () => {
    await signIn('alice')
    await open(OPTIONS)
    await signIn('nobody')
    await choose(photo('alice.png'))
    await hears('upload-failed')
    await page.getByText('Your session ended. Sign in again, then retry.').first().waitFor()
    await signIn('alice')
    await page
      .getByRole('button', { name: /retry|try again/i })
      .first()
      .click()
    expect(infoOf(await hears('success'), 'success')).toMatchObject({
      asset_folder: 'users/alice',
    })
  })
})

it.each(['minimize', 'hide'])(
  'a widget after %s() does not show Alice’s files to Bob',
  async (leave) => {
    await signIn('alice')
    await page.clock.install()
    await open(OPTIONS)
    await choose(photo('alice.png'))
    await hears('success')
    await page.evaluate(`widget.${leave}()`)
    await signIn('bob')
    await page.clock.fastForward(31_000)
    await page.evaluate('widget.open()')
    expect(infoOf(await hears('batch-cancelled'), 'batch-cancelled')).toEqual({
      reason: 'USER_CHANGED',
    })
    expect(await rows(page)).toEqual([])
  },
)

describe('a visitor who signs in', () => {
  it('must choose the files again, as another user', async () => {
    await open({ ...OPTIONS, autoUpload: false })
    await choose(photo('guest.png'))
    await signIn('bob')
    await page.evaluate('void widget.upload()')
    await hears('batch-cancelled')
    expect(await rows(page)).toEqual([])
    await choose(photo('guest.png'))
    await page.evaluate('void widget.upload()')
    expect(infoOf(await hears('success'), 'success')).toMatchObject({ asset_folder: 'users/bob' })
  })
})

async function signIn(user: string): Promise<void> {
  await page.context().addCookies([{ name: 'session', value: user, url: stack.origin }])
}

/** Uploads and stores Alice's first part, then leaves the page. */
async function leaveInTheMiddle(options: object): Promise<void> {
  await signIn('alice')
  await open(options)
  const { ranges } = watch(page)
  await page.route('**/upload', (route) =>
    route.request().headers()['content-range']?.startsWith('bytes 5000000-')
      ? undefined
      : route.fallback(),
  )
  await page.setInputFiles('input[type=file]', passport)
  await expect.poll(() => ranges).toContain('5000000')
  await expect.poll(() => page.evaluate(countOf('countersign-files'))).toBe(1)
  await page.goto(`${stack.origin}/sent`)
  await page.unrouteAll({ behavior: 'ignoreErrors' })
}

/** Signs a user in, opens the widget and uploads one small file. The page must show only this file. */
async function uploadAs(user: string, options: object, on: Page = page): Promise<void> {
  await signIn(user)
  await on.goto(addressOf(options))
  await on.evaluate('widget.open()')
  await on.waitForSelector('dialog[open] [data-test="browse"]')
  await on.setInputFiles('input[type=file]', [photo(`${user}.png`)])
  const heard = await hearsOn(on, 'success')
  expect(infoOf(heard, 'success')).toMatchObject({
    original_filename: user,
    asset_folder: `users/${user}`,
  })
  expect(JSON.stringify(heard)).not.toContain('passport')
  expect(await rows(on)).toEqual([`${user}.png`])
  expect(await on.evaluate(countOf('countersign-files'))).toBe(1)
}

/** Records the ranges of sent parts, and requests for upload sessions. */
function watch(on: Page): { readonly asked: string[]; readonly ranges: string[] } {
  const [asked, ranges]: [string[], string[]] = [[], []]
  on.on('request', (request) => {
    if (request.url().includes('/upload_sessions/')) asked.push(request.url())
    const range = request.headers()['content-range']
    if (range) ranges.push(range.replace(/^bytes (\d+)-.*$/, '$1'))
  })
  return { asked, ranges }
}

/** Returns the names of the files in the dialog. */
function rows(on: Page): Promise<string[]> {
  return on.evaluate(`[...document.querySelector('countersign-widget').shadowRoot
    .querySelectorAll('[part="queue"] > li')].map((row) => row.querySelector('.sr').textContent)`)
}

/** Returns the number of records in a store of the browser; 0 without the store. */
function countOf(database: string): string {
  return `indexedDB.databases().then((all) => all.some(({ name }) => name === '${database}')
    ? new Promise((resolve) => {
        indexedDB.open('${database}').onsuccess = ({ target: { result } }) => {
          const [store] = result.objectStoreNames
          result.transaction(store).objectStore(store).count().onsuccess = ({ target }) => {
            result.close()
            resolve(target.result)
          }
        }
      })
    : 0)`
}

function folders(heard: readonly Heard[]): unknown[] {
  return successes(heard).map(({ asset_folder }) => asset_folder)
}

function names(heard: readonly Heard[], inFolder: string): unknown[] {
  return successes(heard)
    .filter(({ asset_folder }) => asset_folder === inFolder)
    .map(({ original_filename }) => original_filename)
}

function successes(heard: readonly Heard[]): Record<string, unknown>[] {
  return heard.flatMap(({ event, info }) =>
    event === 'success' ? [info as Record<string, unknown>] : [],
  )
}
