/** Cropping in a real browser, under a policy that allows no inline style. */

import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import {
  choose,
  hears,
  openWidget,
  PAGE,
  page,
  STRICT_POLICY,
  server,
  until,
} from './widget-page.js'
import { photo } from './widget-views.js'

// coffee.jpg has 600 by 400 pixels.
async function openCrop(options: object = {}): Promise<void> {
  await openWidget({ options: { cropping: true, ...options } })
  await choose(await photo('coffee'))
  await until(
    `+document.querySelector('countersign-widget').shadowRoot.querySelector('[data-test="crop-width"]')?.value > 0`,
  )
  // The selection gets its ratio in the next frame.
  await page.evaluate(
    'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
  )
}

function box(): Promise<number[]> {
  return page.evaluate(
    `['x', 'y', 'width', 'height'].map((name) => +document.querySelector('countersign-widget').shadowRoot.querySelector('[data-test="crop-' + name + '"]').value)`,
  )
}

function keepWhatIsSent(): Promise<void> {
  return page.evaluate(`{
    const { append } = FormData.prototype
    FormData.prototype.append = function (name, value, ...rest) {
      if (name === 'file') value.arrayBuffer().then((buffer) => { window.sent = [...new Uint8Array(buffer)] })
      return append.call(this, name, value, ...rest)
    }
  }`)
}

async function sent(): Promise<Buffer> {
  return Buffer.from((await page.evaluate('sent')) as number[])
}

describe('cropping', () => {
  it('by coordinates sends the whole picture and the selection', async () => {
    await openCrop()
    expect(await box()).toEqual([0, 0, 600, 400])
    for (const [name, value] of [
      ['width', '300'],
      ['height', '200'],
      ['x', '100'],
      ['y', '50'],
    ] as const) {
      await page.fill(`[data-test="crop-${name}"]`, value)
      await page.keyboard.press('Tab')
    }
    await page.click('[data-test="crop-button"]')
    await hears('success')
    expect(server.signings[0]?.paramsToSign).toMatchObject({ custom_coordinates: '100,50,300,200' })
    expect(server.uploads[0]?.fileSize).toBe((await photo('coffee')).buffer.length)
    expect(await page.evaluate('violations')).toEqual([])
  })

  it('works with the keyboard only and stays inside the picture', async () => {
    await openCrop({ croppingDefaultSelectionRatio: 0.5 })
    expect(await box()).toEqual([150, 100, 300, 200])
    await page.focus('[data-test="crop-stage"]')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Shift+ArrowDown')
    await page.keyboard.press('Alt+Shift+ArrowRight')
    expect(await box()).toEqual([151, 110, 310, 200])
    for (let press = 0; press < 20; press += 1) await page.keyboard.press('Shift+ArrowDown')
    expect(await box()).toEqual([151, 200, 310, 200])
    await page.keyboard.press('Enter')
    await hears('success')
    expect(server.signings[0]?.paramsToSign).toMatchObject({
      custom_coordinates: '151,200,310,200',
    })
  })

  it('in the browser sends the rotated selection', async () => {
    await openCrop({ cropMode: 'client', croppingAspectRatio: 1 })
    expect(await box()).toEqual([100, 0, 400, 400])
    await keepWhatIsSent()
    await page.click('[data-test="rotate"]')
    await until(
      `document.querySelector('countersign-widget').shadowRoot.querySelector('[data-test="crop-y"]').value === '100'`,
    )
    await page.click('[data-test="crop-button"]')
    await hears('success')
    const { width, height, format } = await sharp(await sent()).metadata()
    expect({ width, height, format }).toEqual({ width: 400, height: 400, format: 'jpeg' })
    expect(server.signings[0]?.paramsToSign).not.toHaveProperty('custom_coordinates')
  })

  it('draws in a worker of the page’s own origin', async () => {
    await openWidget({ options: { cropping: true } })
    const [worker] = await Promise.all([
      page.waitForEvent('worker'),
      photo('coffee').then((coffee) => choose(coffee)),
    ])
    expect(worker.url()).toMatch(`${server.origin}/widget/image-worker-`)
    expect(await page.evaluate('violations')).toEqual([])
  })

  it('draws in the page if its policy forbids workers', async () => {
    const policy = `${STRICT_POLICY}; worker-src 'none'`
    server.pages.set('/', { body: PAGE, headers: { 'content-security-policy': policy } })
    await openCrop({ cropMode: 'client', croppingDefaultSelectionRatio: 0.5 })
    await page.click('[data-test="crop-button"]')
    await hears('success')
    expect(server.uploads[0]?.fileSize).toBeLessThan((await photo('coffee')).buffer.length)
  })

  it('in the browser scales the result to the given size and keeps its shape', async () => {
    await openCrop({ cropMode: 'client', croppingAspectRatio: 1, croppingShowDimensions: true })
    await until(
      `document.querySelector('countersign-widget').shadowRoot.querySelector('[data-size="400 × 400"]') !== null`,
    )
    await keepWhatIsSent()
    await page.fill('[data-test="crop-output-width"]', '120')
    await page.keyboard.press('Tab')
    expect(await page.inputValue('[data-test="crop-output-height"]')).toBe('120')
    await page.fill('[data-test="crop-output-height"]', '9000')
    await page.keyboard.press('Tab')
    expect(await page.inputValue('[data-test="crop-output-width"]')).toBe('400')
    await page.fill('[data-test="crop-output-height"]', '100')
    await page.keyboard.press('Tab')
    await page.click('[data-test="crop-button"]')
    await hears('success')
    const { width, height } = await sharp(await sent()).metadata()
    expect([width, height]).toEqual([100, 100])
  })

  it('can be skipped, unless the page removes the button', async () => {
    await openCrop()
    await page.click('[data-test="back"]')
    await page.waitForSelector('[data-test="browse"]')
    await openCrop({ croppingShowBackButton: false })
    expect(await page.isVisible('[data-test="back"]')).toBe(false)
  })

  it('refuses a selection that is too small, with its size', async () => {
    await openCrop({ croppingValidateDimensions: true, minImageWidth: 400, minImageHeight: 300 })
    await page.fill('[data-test="crop-width"]', '200')
    await page.keyboard.press('Tab')
    await page
      .getByText('The selection is 200 × 400 px. It must be at least 400 × 300 px.')
      .waitFor()
    expect(await page.isDisabled('[data-test="crop-button"]')).toBe(true)
  })

  it('shows one picture after the other, and uploads a skipped picture unchanged', async () => {
    await openWidget({ options: { cropping: true } })
    await choose(await photo('coffee'), await photo('cat'))
    await page.getByText('1 of 2').waitFor()
    await page.click('[data-test="skip"]')
    await page.getByText('2 of 2').waitFor()
    await until(
      `!document.querySelector('countersign-widget').shadowRoot.querySelector('[data-test="crop-button"]').disabled`,
    )
    await page.click('[data-test="crop-button"]')
    await hears('queues-end')
    const asked = server.signings.map(({ paramsToSign }) => Object.keys(paramsToSign as object))
    expect(asked.filter((names) => names.includes('custom_coordinates')).length).toBe(1)
  })
})
