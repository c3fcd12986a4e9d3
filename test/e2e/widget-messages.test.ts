/** Tests the error messages for people who upload, and the details for the developer. */

import { appendFile, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  choose,
  eventNames,
  heard,
  hears,
  openWidget,
  page,
  png,
  server,
  usePublicHost,
  visit,
} from './widget-page.js'

usePublicHost()

/** The protocol's longest answer to a wrong signature. */
const WRONG_SIGNATURE = `Invalid Signature ${'0'.repeat(128)}. String to sign - 'context=${'x'.repeat(900)}&timestamp=1'.`
const NOT_NOW = 'Uploads do not work right now. Please try again later.'

/** Collects the console messages from now on. */
function consoleErrors(): string[] {
  const errors: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' && message.text().startsWith('[')) errors.push(message.text())
  })
  return errors
}

/** Finds elements outside the dialog's panel or with horizontal scrolling. */
function overflowing(): Promise<unknown> {
  return page.evaluate(`[...document.querySelector('countersign-widget').shadowRoot.querySelectorAll('.panel *')]
    .filter((element) => !element.closest('.sr') && element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflowX !== 'hidden' && element.clientWidth > 0)
    .map((element) => element.className || element.tagName)`)
}

/** Saves a screenshot of the page if a reviewer asks for screenshots. */
async function keepPicture(name: string): Promise<void> {
  const folder = process.env.COUNTERSIGN_PICTURES
  if (!folder) return
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: `${folder}/${name}.png` })
}

function refuse(status: number, message: string): void {
  server.upload = () => ({ status, body: { error: { message } } })
}

describe('a refusal', () => {
  it('of one file shows visitors a sentence about the file, and logs the cause', async () => {
    refuse(400, 'Invalid image file')
    await openWidget({ isPublic: true })
    const errors = consoleErrors()
    await choose(png('a.png'))
    await page.getByText('This is not a picture we can open.').first().waitFor()
    expect(await page.locator('[data-test="detail"]').count()).toBe(0)
    expect(await page.locator('.panel').innerText()).not.toContain('Invalid image file')
    await expect
      .poll(() => errors)
      .toEqual([expect.stringContaining('[countersign] Invalid image file')])
  })

  it('of one file shows the cause below the sentence on localhost', async () => {
    refuse(400, 'Invalid image file')
    await openWidget()
    await choose(png('a.png'))
    await page.getByText('This is not a picture we can open.').first().waitFor()
    expect(await page.locator('[data-test="detail"]').innerText()).toBe('Invalid image file')
  })

  it.each([
    { isPublic: true },
    { isPublic: false },
    { isPhone: true },
    { isDark: true, isPublic: true },
  ])(
    'of every signature says that uploads do not work, inside the dialog: %j',
    async (settings) => {
      refuse(401, WRONG_SIGNATURE)
      await openWidget(settings)
      const errors = consoleErrors()
      await choose(png('a.png'))
      await page.getByText(NOT_NOW).first().waitFor()
      const text = await page.locator('.panel').innerText()
      expect(text.includes('Invalid Signature')).toBe(settings.isPublic !== true)
      expect(text.includes('POST ')).toBe(settings.isPublic !== true)
      expect(await page.locator('[data-test="copy"]').count()).toBe(settings.isPublic ? 0 : 1)
      expect(await overflowing()).toEqual([])
      await expect.poll(() => errors.join()).toContain(`[countersign] ${WRONG_SIGNATURE}`)
      await keepPicture(`signature-${Object.keys(settings).join('-')}-${settings.isPublic}`)
    },
  )

  it('of one of several signatures is shown in its row', async () => {
    const { upload } = server
    server.upload = (received) =>
      received.fileName === 'a.png'
        ? { status: 401, body: { error: { message: WRONG_SIGNATURE } } }
        : upload(received)
    await openWidget()
    await choose(png('a.png'), png('b.png'))
    await hears('queues-end')
    await page.getByText(NOT_NOW).first().waitFor()
    expect(await overflowing()).toEqual([])
    await keepPicture('signature-row')
  })
})

describe('a refusal of the signing endpoint', () => {
  it('shows visitors a sentence without the refused parameter', async () => {
    server.sign = () => ({
      status: 422,
      body: { error: { code: 'params_refused', message: 'folder must be sent as users/42.' } },
    })
    await openWidget({ isPublic: true })
    const errors = consoleErrors()
    await choose(png('a.png'))
    await page.getByText('This upload is not allowed here.').first().waitFor()
    expect(await page.locator('.panel').innerText()).not.toContain('folder')
    await expect.poll(() => errors.join()).toContain('folder must be sent as users/42.')
  })

  it('of a missing route says that uploads do not work, and names the route only in the console', async () => {
    server.sign = () => ({ status: 404, body: '<h1>Not found</h1>' })
    await openWidget({ isPublic: true, options: { language: 'de' } })
    const errors = consoleErrors()
    await choose(png('a.png'))
    await page.getByText('Das Hochladen geht gerade nicht.').first().waitFor()
    expect(await page.locator('.panel').innerText()).not.toMatch(/POST|404|sign/)
    await expect.poll(() => errors.join()).toMatch(/Create this route.*POST .*404/)
  })

  it('of an unreachable endpoint says so at opening, with the address only in the console', async () => {
    await visit({ isPublic: true, options: { signatureEndpoint: 'http://127.0.0.1:9/sign' } })
    const errors = consoleErrors()
    await page.click('#open')
    await page.getByText('Cannot reach the upload server.').first().waitFor()
    expect(await page.locator('.panel').innerText()).not.toContain('127.0.0.1')
    await expect.poll(() => errors.join()).toContain('The signing endpoint cannot be reached.')
  })
})

describe('an unreachable media server', () => {
  const AWAY = 'Cannot reach the upload server. Trying again…'

  it.each([{ isPublic: true }, { isDark: true }, { isPhone: true }])(
    'is not called offline: the upload waits, offers Retry, and goes on when the server is back: %j',
    async (settings) => {
      const { upload } = server
      server.upload = () => null
      await openWidget(settings)
      await choose(png('a.png'))
      await page.getByText(AWAY).waitFor()
      const hint = `Is \`countersign dev\` running at ${server.origin}?`
      const text = () => page.locator('.panel').innerText()
      // The row and the hint are drawn one after the other.
      await expect.poll(async () => (await text()).includes(hint)).toBe(settings.isPublic !== true)
      expect(await text()).not.toMatch(/offline/i)
      expect(await overflowing()).toEqual([])
      await keepPicture(`away-${Object.keys(settings).join('-')}`)
      server.upload = upload
      await hears('success')
    },
  )

  it('is tried again at once after Retry', async () => {
    const { upload } = server
    const retryAfter = { 'retry-after': '30' }
    server.upload = () => ({ status: 503, headers: retryAfter, body: { error: { message: '' } } })
    await openWidget()
    await choose(png('a.png'))
    await page.waitForSelector('[data-test="retry"]')
    server.upload = upload
    await page.click('[data-test="retry"]')
    await expect.poll(eventNames, { timeout: 20_000 }).toContain('success')
  })
})

describe('a file on the disk', () => {
  const CHANGED = 'The file has changed. Choose it again.'

  it.each([
    [
      'changed',
      async (path: string) => {
        await appendFile(path, 'more')
        // Browsers compare whole seconds.
        await utimes(path, new Date(), new Date(Date.now() + 60_000))
      },
    ],
    ['deleted', (path: string) => rm(path)],
  ])('that was %s after it was chosen must be chosen again at once', async (name, change) => {
    const folder = await mkdtemp(join(tmpdir(), 'changed-'))
    const path = join(folder, 'a.png')
    await writeFile(path, png('a.png').buffer)
    try {
      await openWidget({ isPublic: true, options: { autoUpload: false } })
      await page.setInputFiles('input[type=file]', path)
      await page.getByText('1 file ready').waitFor()
      await change(path)
      await page.click('[data-test="upload"]')
      await page.getByText(CHANGED).first().waitFor()
      const failures = (await heard()).filter(({ event }) => event === 'upload-failed')
      expect(failures.map(({ info }) => info.code)).toEqual(['FILE_CHANGED'])
      expect(await page.locator('[data-test="retry"]').count()).toBe(0)
      expect(server.uploads).toEqual([])
      await keepPicture(`file-${name}`)
      await writeFile(path, png('a.png').buffer)
      await page.setInputFiles('input[type=file]', path)
      await page.getByText('1 file ready').waitFor()
      expect(await page.locator('.row').count()).toBe(1)
      await page.click('[data-test="upload"]')
      await hears('success')
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

describe('a user who is signed out', () => {
  const ENDED = 'Your session ended. Sign in again, then retry.'
  const UNAUTHORIZED = {
    status: 401,
    body: { error: { code: 'unauthorized', message: 'Sign in first: this endpoint …' } },
  }

  it.each([
    { isPublic: true },
    { isDark: true, isPublic: true },
    { isPhone: true, isPublic: true },
  ])(
    'gets a sentence and the app’s link when the widget opens, and no request line: %j',
    async (settings) => {
      server.discovery = UNAUTHORIZED
      await visit({ ...settings, options: { signInUrl: '/signin' } })
      await page.click('#open')
      await page.getByText(ENDED).waitFor()
      expect(await page.locator('.panel').innerText()).not.toMatch(/GET|401|endpoint/)
      expect(await page.locator('[data-test="copy"]').count()).toBe(0)
      const link = page.locator('[data-test="sign-in"]')
      expect([await link.innerText(), await link.getAttribute('href')]).toEqual([
        'Sign in',
        '/signin',
      ])
      expect(await overflowing()).toEqual([])
      await keepPicture(`signed-out-${Object.keys(settings).join('-')}`)
      // The person has signed in elsewhere and continues here.
      server.discovery = { body: {} }
      await page.click('[data-test="try-again"]')
      await page.waitForSelector('[data-test="browse"]')
    },
  )

  it('gets the link in the row of each refused file', async () => {
    server.sign = () => UNAUTHORIZED
    await openWidget({ isPublic: true, options: { signInUrl: '/signin' } })
    await choose(png('a.png'))
    await page.getByText(ENDED).first().waitFor()
    expect(await page.locator('.row [data-test="sign-in"]').getAttribute('href')).toBe('/signin')
    expect(await overflowing()).toEqual([])
    await keepPicture('signed-out-row')
  })

  it('is reported to an app that signs people in itself', async () => {
    server.discovery = UNAUTHORIZED
    await visit({ isPublic: true })
    await page.evaluate(
      'window.asked = 0; widget.update({ onSignIn: () => { window.asked += 1 } })',
    )
    await page.click('#open')
    await page.click('[data-test="sign-in"]')
    expect(await page.evaluate('window.asked')).toBe(1)
  })
})

describe('the button of an uploaded row', () => {
  /**
   * Adds members to the answer of each upload, and refuses `bad.png`, so that the list stays open.
   */
  function uploadAll(more: object): void {
    const { upload } = server
    server.upload = async (received) => {
      if (received.fileName === 'bad.png')
        return { status: 400, body: { error: { message: 'Invalid image file' } } }
      const answer = await upload(received)
      return { body: { ...(answer?.body as object), ...more } }
    }
    server.pages.set('/v1_1/demo/delete_by_token', { body: { result: 'ok' } })
  }

  async function uploadOne(more: object): Promise<void> {
    uploadAll(more)
    await openWidget()
    await choose(png('good.png'), png('bad.png'))
    await hears('queues-end')
  }

  function deletions(): number {
    return server.requests.filter((request) => request === 'POST /v1_1/demo/delete_by_token').length
  }

  it.each(['press', 'key'])(
    'deletes the asset where it came with a delete token, by %s',
    async (by) => {
      await uploadOne({ delete_token: 'token' })
      const button = page.getByRole('button', { name: 'Delete good.png from the server' })
      if (by === 'press') await button.click()
      else await button.press('Delete')
      await hears('deleted')
      expect(deletions()).toBe(1)
      expect(await page.locator('.row').count()).toBe(1)
    },
  )

  it.each(['refused', 'cut off'])('shows on the row that a deletion was %s', async (how) => {
    await uploadOne({ delete_token: 'token' })
    server.pages.set('/v1_1/demo/delete_by_token', {
      status: 400,
      body: { error: { message: 'Invalid token' } },
    })
    if (how === 'cut off') await page.route('**/delete_by_token', (route) => route.abort())
    await page.getByRole('button', { name: 'Delete good.png from the server' }).click()
    await page.locator('.row').getByText('good.png could not be deleted.').waitFor()
    // A file that cannot be deleted can still be removed from the list.
    await page.getByRole('button', { name: 'Remove good.png from the list' }).click()
    await expect.poll(() => page.locator('.row').count()).toBe(1)
    expect(await eventNames()).not.toContain('deleted')
  })

  it('says that it only removes the row if there is no token', async () => {
    await uploadOne({})
    const button = page.getByRole('button', { name: 'Remove good.png from the list' })
    expect(await button.getAttribute('title')).toBe('Remove good.png from the list')
    await button.click()
    await expect.poll(() => page.locator('.row').count()).toBe(1)
    expect(deletions()).toBe(0)
    await page.getByRole('button', { name: 'Remove bad.png', exact: true }).waitFor()
  })

  const FORM = { form: '#form', fieldName: 'photo' }

  function fields(): Promise<number> {
    return page.locator('#form input[name=photo]').count()
  }

  it.each([
    ['deletes', { delete_token: 'token' }, 'Delete a.png from the server', 1],
    ['removes', {}, 'Remove a.png from the list', 0],
  ])('%s the tile and the form’s field of a finished file', async (_, more, name, deleted) => {
    uploadAll(more)
    await openWidget({ options: FORM })
    await choose(png('a.png'), png('b.png'))
    await page.locator('.tile').nth(1).waitFor()
    expect(await fields()).toBe(2)
    await page.getByRole('button', { name, exact: true }).click()
    await expect.poll(() => page.locator('.tile').count()).toBe(1)
    await expect.poll(fields).toBe(1)
    expect(deletions()).toBe(deleted)
    expect(
      await page.evaluate(
        `document.querySelector('countersign-widget').shadowRoot.activeElement?.getAttribute('aria-label')`,
      ),
    ).toBe(name.replace('a.png', 'b.png'))
  })

  it('shows on the tile that a deletion was refused, and keeps the form’s field', async () => {
    uploadAll({ delete_token: 'token' })
    server.pages.set('/v1_1/demo/delete_by_token', { status: 400, body: {} })
    await openWidget({ options: FORM })
    await choose(png('a.png'), png('b.png'))
    await page.getByRole('button', { name: 'Delete a.png from the server' }).press('Delete')
    await page.locator('.tile').getByText('a.png could not be deleted.').waitFor()
    expect(await fields()).toBe(2)
  })
})
