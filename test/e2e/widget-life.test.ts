/** Tests creating, destroying and updating the widget in a real browser. */

import { describe, expect, it } from 'vitest'
import { startFakeServer } from '../../packages/widget/testing/fake-server.js'
import { widgetFiles } from './widget-files.js'
import {
  choose,
  eventNames,
  hears,
  leftovers,
  NOTHING,
  neverAnswer,
  openWidget,
  PAGE,
  page,
  png,
  server,
  until,
  visit,
} from './widget-page.js'

describe('the parts of the widget', () => {
  it("are loaded from the script's folder, even from another origin", async () => {
    const media = await startFakeServer()
    for (const [path, file] of await widgetFiles(media.origin)) media.pages.set(path, file)
    server.pages.set('/', { body: PAGE.replace('/widget/all.js', `${media.origin}/widget/all.js`) })
    server.sign = () => ({ status: 404, body: '' })
    await openWidget()
    await choose(png('a.png'))
    await page.getByText('Uploads are not set up yet').waitFor()
    expect(media.requests.map((request) => request.replace(/-[0-9a-f]{8}/, ''))).toContain(
      'GET /widget/problem-view.js',
    )
    await media.close()
  })
})

describe('the widget', () => {
  it.each([
    ['at once', ''],
    ['shown', `await new Promise((resolve) => setTimeout(resolve))`],
  ])('leaves nothing after it is destroyed, %s', async (_, pause) => {
    await visit()
    await page.evaluate(`(async () => { widget.open(); ${pause}; await widget.destroy() })()`)
    expect(await leftovers()).toEqual(NOTHING)
    expect(await page.evaluate('widget.isDestroyed()')).toBe(true)
    await page.evaluate('widget.open()')
    expect(await leftovers()).toEqual(NOTHING)
  })

  it('stops its uploads when it is destroyed, and fires no more events', async () => {
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

  it('starts empty after it was closed', async () => {
    await openWidget()
    await choose(png('a.png'), png('b.png'))
    await hears('queues-end')
    await page.click('[data-test="queue-done"]')
    await page.click('#open')
    await page.waitForSelector('dialog[open] [data-test="browse"]')
    expect(await page.locator('.row, .tile').count()).toBe(0)
  })

  it('opens again after the page removed it from the document', async () => {
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

  it('uses the page’s language if it is translated', async () => {
    const text = { de: { local: { browse: 'Dateien auswählen' }, queue: { done: 'Fertig' } } }
    await openWidget({ options: { language: 'de', text } })
    expect(await page.textContent('[data-test="browse"]')).toBe('Dateien auswählen')
  })
})
