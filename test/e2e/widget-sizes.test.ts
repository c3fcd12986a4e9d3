/** Tests sizes, titles and totals of the widget. */

import { describe, expect, it } from 'vitest'
import { choose, openWidget, page, png, server } from './widget-page.js'
import { openNew, photo, rememberSigning, VIEWS, visitViews } from './widget-views.js'

const ROOT = `document.querySelector('countersign-widget').shadowRoot`

describe('the text of every view', () => {
  it('is at least 14 px, and its title has no focus ring', async () => {
    await visitViews()
    rememberSigning()
    for (const view of VIEWS.filter(({ hasCamera }) => !hasCamera)) {
      await view.open()
      const small = await page.evaluate(`[...${ROOT}.querySelectorAll('.root *')]
        .filter((element) => !element.closest('.sr') && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
        .filter((element) => parseFloat(getComputedStyle(element).fontSize) < 14)
        .map((element) => element.textContent)`)
      expect(small, view.name).toEqual([])
      const outlines = await page.evaluate(`[...${ROOT}.querySelectorAll('h2')].map((title) => {
        title.focus({ focusVisible: true })
        return getComputedStyle(title).outlineStyle
      })`)
      expect([[], ['none']], view.name).toContainEqual(outlines)
    }
  })
})

describe('the box', () => {
  it('is only as high as its list, up to a limit', async () => {
    server.upload = () => new Promise(() => undefined)
    await openWidget()
    await choose(png('a.png'))
    await page.waitForSelector('.row')
    const height = async (): Promise<number> =>
      (await page.locator('.panel').boundingBox())?.height ?? 0
    const one = await height()
    expect(one).toBeLessThan(320)
    await choose(...Array.from({ length: 20 }, (_, index) => png(`${index}.png`)))
    await expect.poll(height).toBe(540)
  })
})

describe('fields of the crop', () => {
  it('fit four digits', async () => {
    await visitViews()
    rememberSigning()
    await openNew({ cropping: true })
    await choose(await photo('coffee'))
    await page.getByLabel('Width in pixels').waitFor()
    const cut = await page.evaluate(`[...${ROOT}.querySelectorAll('.dims input')].map((field) => {
      field.value = '8888'
      return field.scrollWidth > field.clientWidth
    })`)
    expect(cut).toEqual([false, false, false, false])
  })
})

describe('maxFiles: 1', () => {
  it('asks for one file, and accepts only one', async () => {
    await openWidget({ options: { maxFiles: 1 } })
    expect(await page.locator('[data-test="browse"]').innerText()).toBe('Choose a file')
    await page.getByText('Drop a file here').waitFor()
    expect(await page.locator('input[type=file]').getAttribute('multiple')).toBeNull()
  })
})

describe('totals', () => {
  it('count every row, also the refused ones', async () => {
    server.upload = () => new Promise(() => undefined)
    await openWidget({ options: { clientAllowedFormats: ['png'] } })
    await choose(png('a.png'), { name: 'b.txt', mimeType: 'text/plain', buffer: Buffer.from('b') })
    await page.getByText('0 of 2 done').waitFor()
  })
})
