import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../e2e/chromium.js'
import { type OfficialHosts, startOfficialHosts } from '../e2e/official-hosts.js'
import { makePhoto, PHOTO_SIZE } from '../e2e/photo.js'
import { type RunningApp, startApp } from '../e2e/programs.js'
import { readContrast } from '../e2e/read-contrast.js'

const APP = join(import.meta.dirname, 'tutorial-app')
const SIGNING_ROUTE = '**/api/sign-cloudinary-params'

let app: RunningApp
let hosts: OfficialHosts
let browser: Browser
let photo: string
let secondPhoto: string

beforeAll(async () => {
  app = await startApp(APP)
  hosts = await startOfficialHosts(app.mediaServer)
  browser = await launchChromium({ hostResolverRules: hosts.resolverRules })
  photo = await makePhoto('tutorial.jpg')
  secondPhoto = await makePhoto('second.jpg')
})

afterAll(async () => {
  await browser?.close()
  await hosts?.stop()
  await app?.stop()
})

it.each(['app-router', 'pages-router'])(
  'the official component and SDK in the %s upload a photo and show it',
  async (router) => {
    const page = await openPage(`/${router}/official`)
    await page.waitForFunction(() => 'cloudinary' in window)
    await uploadAndSee(page)
    const asked = hosts.requests.join('\n')
    expect(asked).toContain('upload-widget.cloudinary.com/global/all.js')
    expect(asked).toMatch(/^res\.cloudinary\.com\/.*\/image\/upload\//m)
  },
)

it.each(['app-router', 'pages-router'])(
  'with only the import changed, our component uploads a photo in the %s and shows it',
  async (router) => {
    const scripts = () => hosts.requests.filter((path) => path.includes('all.js')).length
    const before = scripts()
    await uploadAndSee(await openPage(`/${router}/changed-import`))
    expect(scripts()).toBe(before)
  },
)

it('CldImage and getCldImageUrl load pictures over http from a media server that is set as cname', async () => {
  const page = await openPage('/app-router/own-host')
  const elsewhere = hosts.requests.length
  await page.getByRole('button', { name: 'Upload an Image' }).click()
  await page.locator('input[type=file]').first().setInputFiles(photo)
  for (const alt of ['By CldImage', 'By getCldImageUrl']) {
    const image = page.getByAltText(alt)
    await image.waitFor()
    expect(await naturalWidth(page, alt)).toBeGreaterThan(0)
    const address = await image.evaluate((element) => (element as HTMLImageElement).currentSrc)
    expect(address).toMatch(new RegExp(`^${app.mediaServer}/.+/image/upload/c_`))
    const response = await fetch(address)
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      expect.stringMatching(/^image\//),
    ])
  }
  expect(hosts.requests.slice(elsewhere)).toEqual([])
  await page.close()
})

it('the dropzone is styled in a production build, even without a color-scheme of the page', async () => {
  const page = await openPage('/app-router/form')
  const zone = '[data-countersign="dropzone"]'
  const { contrast, isDark } = await readContrast(page, `${zone} button`, zone)
  expect(isDark).toBe(false)
  expect(contrast).toBeGreaterThan(4.5)
  const style = await page.locator(zone).evaluate((element) => {
    const { borderTopStyle, borderTopColor, backgroundColor } = getComputedStyle(element)
    return { borderTopStyle, borderTopColor, backgroundColor }
  })
  expect(style).toMatchObject({ borderTopStyle: 'dashed', backgroundColor: 'rgb(255, 255, 255)' })
  await page.close()
})

it("a Server Action receives the upload of its form's dropzone, and can detect a forgery", async () => {
  const page = await openPage('/app-router/form')
  await page.locator('input[type=file]').first().setInputFiles(photo)
  await page.getByText('1 file uploaded').waitFor()
  await page.evaluate(`{
    const forged = document.createElement('input')
    Object.assign(forged, { type: 'hidden', name: 'photos', value: 'image/upload/v1/victim.jpg#${'0'.repeat(40)}' })
    document.querySelector('form').append(forged)
  }`)
  await page.getByRole('button', { name: 'Save' }).click()
  const saved = (await page.locator('output').textContent()) ?? ''
  const [publicId = '', forged] = saved.split(',')
  expect(forged).toBe('forged')
  expect((await storedAddresses()).some((address) => address.includes(`/${publicId}.`))).toBe(true)
  await page.close()
})

it('the two pages differ only in the name of the package', async () => {
  const [official, changed] = await Promise.all(
    ['official', 'changed-import'].map((name) =>
      readFile(join(APP, 'app', 'app-router', 'every-callback', name, 'page.tsx'), 'utf8'),
    ),
  )
  expect(changed).toBe(official?.replace("'next-cloudinary'", "'@countersign/react'"))
})

describe('with the changed import, the app gets the same callbacks in the same order', () => {
  it('when two photos are uploaded one after the other and the dialog is closed', async () => {
    const walk = async (page: Page) => {
      await page.getByRole('button', { name: 'Upload an Image' }).click()
      for (const [index, file] of [photo, secondPhoto].entries()) {
        await page.locator('input[type=file]').first().setInputFiles(file)
        await page.getByText('onQueuesEndAction').nth(index).waitFor()
      }
      await page.keyboard.press('Escape')
      await page.getByText('onCloseAction').waitFor()
    }
    const official = await callsOf('official', walk)
    const changed = await callsOf('changed-import', walk)
    expect(official.filter((call) => call.startsWith('onSuccess '))).toHaveLength(2)
    expect(changed.filter((call) => call.startsWith('onUpload '))).toHaveLength(2)
    expect(withoutOnUpload(changed)).toEqual(withoutOnUpload(official))
  })

  it('when nothing can be signed', async () => {
    const walk = async (page: Page) => {
      await page.route(SIGNING_ROUTE, (route) => route.fulfill({ status: 500, json: {} }))
      await page.getByRole('button', { name: 'Upload an Image' }).click()
      await page.locator('input[type=file]').first().setInputFiles([photo, secondPhoto])
      await page.getByText('onQueuesEndAction').waitFor()
    }
    const official = await callsOf('official', walk)
    const changed = await callsOf('changed-import', walk)
    expect(official.filter((call) => call === 'onError object')).toHaveLength(2)
    expect(changed).toEqual(official)
  })
})

async function openPage(path: string): Promise<Page> {
  const page = await browser.newPage()
  await page.goto(app.appAddress + path)
  return page
}

async function uploadAndSee(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Upload an Image' }).click()
  await page.locator('input[type=file]').first().setInputFiles(photo)
  const shown = page.getByAltText('As uploaded')
  await shown.waitFor()
  const address = await shown.getAttribute('src')
  expect(address).toContain(app.mediaServer)
  expect(await naturalWidth(page, 'As uploaded')).toBe(PHOTO_SIZE.width)
  expect(await naturalWidth(page, 'By its public id')).toBeGreaterThan(0)
  expect(await storedAddresses()).toContain(address)
  await page.close()
}

/** Returns the width of a picture in pixels after it has loaded. */
async function naturalWidth(page: Page, alt: string): Promise<number> {
  const image = page.getByAltText(alt)
  await image.scrollIntoViewIfNeeded()
  return image.evaluate(async (element) => {
    const picture = element as HTMLImageElement
    await picture.decode()
    return picture.naturalWidth
  })
}

async function storedAddresses(): Promise<readonly string[]> {
  const cloud = app.env.get('NEXT_PUBLIC_CLOUDINARY_CLOUD_NAME')
  const response = await fetch(`${app.mediaServer}/v1_1/${cloud}/resources/image`, {
    headers: { authorization: app.authorization },
  })
  const { resources } = (await response.json()) as { resources: { secure_url: string }[] }
  return resources.map(({ secure_url }) => secure_url)
}

/**
 * Removes calls of `onUpload`. The official component drops some: it calls `onUpload` after a
 * render, and a later event may come first.
 */
function withoutOnUpload(calls: readonly string[]): string[] {
  return calls.filter((call) => !call.startsWith('onUpload '))
}

/** Opens a page, runs actions on it, and returns the calls that the page has listed. */
async function callsOf(name: string, walk: (page: Page) => Promise<void>): Promise<string[]> {
  const page = await openPage(`/app-router/every-callback/${name}`)
  if (name === 'official') await page.waitForFunction(() => 'cloudinary' in window)
  await walk(page)
  const calls = await page.locator('main li').allTextContents()
  await page.close()
  return calls
}
