/** The widget for everybody, in a real browser. */

import { AxeBuilder } from '@axe-core/playwright'
import { describe, expect, it } from 'vitest'
import { choose, hears, openWidget, type PageSettings, page, png, server } from './widget-page.js'

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

  it.each(views)('has no violation in the view %s, light or dark', async (_, open) => {
    await open({})
    expect(await violations(new AxeBuilder({ page }))).toEqual([])
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.waitForSelector('countersign-widget[data-theme="dark"]', { state: 'attached' })
    // Of what axe looks at, only contrast differs between the themes.
    expect(await violations(new AxeBuilder({ page }).withRules(['color-contrast']))).toEqual([])
  })

  async function violations(axe: AxeBuilder): Promise<unknown> {
    // Everything stands in one frame: without the legacy mode each run opens a page of its own.
    const found = await axe.include('countersign-widget').setLegacyMode().analyze()
    return found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])
  }

  it('names the dialog after its title', async () => {
    await openWidget()
    expect(await page.getByRole('dialog', { name: 'Add photos and videos' }).count()).toBe(1)
  })
})
