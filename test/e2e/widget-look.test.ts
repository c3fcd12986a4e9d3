/** Tests colors, texts and position of the widget in a real browser. */

import { describe, expect, it } from 'vitest'
import { choose, hears, openWidget, page, png, server, until, visit } from './widget-page.js'

function style(selector: string, property: string): Promise<string> {
  return page.evaluate(
    `getComputedStyle(document.querySelector('countersign-widget').shadowRoot.querySelector('${selector}')).${property}`,
  )
}

describe('styles', () => {
  it('color the widget, and low contrast is corrected', async () => {
    // White on the protocol's orange has a contrast of 3.0.
    const palette = { window: '#101820', action: '#FF620C', textLight: '#FFFFFF' }
    const styles = { palette, frame: { background: 'rgb(1, 2, 3)' }, fonts: { Georgia: null } }
    await openWidget({ options: { styles } })
    await until(`document.querySelector('countersign-widget').dataset.palette === 'full'`)
    expect(await style('.panel', 'backgroundColor')).toBe('rgb(16, 24, 32)')
    expect(await style('.overlay', 'backgroundColor')).toBe('rgb(1, 2, 3)')
    expect(await style('.primary', 'backgroundColor')).toBe('rgb(255, 98, 12)')
    expect(await style('.primary', 'color')).toBe('rgb(21, 23, 28)')
    // Not set in the palette, so it comes from the dark theme.
    expect(await style('h2', 'color')).toBe('rgb(236, 238, 242)')
    expect(await style('h2', 'fontFamily')).toMatch(/^Georgia/)
    expect(await page.evaluate(`document.querySelector('countersign-widget').dataset.theme`)).toBe(
      'dark',
    )
    expect(await page.evaluate('violations')).toEqual([])
  })
})

describe('texts', () => {
  it('of the page’s language are loaded, and the page’s own texts take precedence', async () => {
    const text = { 'de-AT': { queue: { done: 'Passt' } } }
    await openWidget({ options: { language: 'de-AT', text } })
    await page.getByText('Dateien auswählen').waitFor()
    await choose(png('a.png'), png('b.png'))
    await page.getByText('Hochgeladen: 2').waitFor()
    expect(await page.textContent('[data-test="queue-done"]')).toBe('Passt')
    const locales = server.requests.filter((request) => /\/[a-z]{2}-[0-9a-f]{8}\.js/.test(request))
    expect(locales.map((request) => request.replace(/-.*/, ''))).toEqual(['GET /widget/de'])
  })
})

describe('in the page', () => {
  it('renders into an element, accepts drops on the page, and restores both', async () => {
    await visit()
    await page.evaluate(`{
      const place = document.createElement('div')
      place.id = 'place'
      document.querySelector('main').append(place)
      window.widget = cloudinary.createUploadWidget({ signatureEndpoint: '/sign', inlineContainer: '#place' }, hear)
      widget.open()
    }`)
    await page.waitForSelector('#place .panel [data-test="browse"]')
    expect(await page.locator('dialog').count()).toBe(0)
    expect(await page.evaluate('getComputedStyle(document.documentElement).overflow')).toBe(
      'visible',
    )
    const data = await page.evaluateHandle(
      `(() => { const data = new DataTransfer(); data.items.add(new File(['x'], 'dropped.png', { type: 'image/png' })); return data })()`,
    )
    await page.locator('h1').dispatchEvent('drop', { dataTransfer: data })
    await hears('success')
    expect(server.uploads[0]?.fileName).toBe('dropped.png')
    await page.evaluate('widget.destroy()')
    expect(await page.evaluate(`document.querySelector('#place').childElementCount`)).toBe(0)
    const prevented = await page.evaluate(
      `!document.body.dispatchEvent(new DragEvent('dragover', { bubbles: true, cancelable: true, dataTransfer: new DataTransfer() }))`,
    )
    expect(prevented).toBe(false)
  })
})
