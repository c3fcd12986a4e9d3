/** Tests stopping, keyboard use and look of the widget in a real browser. */

import { describe, expect, it } from 'vitest'
import {
  choose,
  eventNames,
  heard,
  hears,
  leftovers,
  NOTHING,
  neverAnswer,
  openWidget,
  page,
  png,
  server,
  until,
  visit,
} from './widget-page.js'

describe('stopping', () => {
  it('cancels one upload, and then all', async () => {
    neverAnswer()
    await openWidget()
    await choose(png('a.png'), png('b.png'), png('c.png'))
    await page.getByRole('button', { name: 'Cancel a.png' }).click()
    await page.getByText('Canceled').waitFor()
    await page.click('[data-test="cancel-all"]')
    await hears('queues-end')
    const aborts = (await heard()).filter(({ event }) => event === 'abort')
    expect(aborts.map(({ info }) => [(info.ids as unknown as string[]).length, info.all])).toEqual([
      [1, false],
      [2, true],
    ])
    expect(await page.textContent('h2')).toBe('Uploads canceled')
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
    expect((await eventNames()).slice(-4)).toEqual([
      'abort',
      'queues-end',
      'display-changed',
      'close',
    ])
    expect(await leftovers()).toEqual(NOTHING)
  })

  it('minimizes to a bar beside which the page is usable, and expands again', async () => {
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
    // The browser reports file choosers only after this call has reached it.
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
    expect(reached).toEqual([
      'Close',
      'Remove a.png',
      'Remove b.png',
      'Remove c.png from the list',
      'Add more',
    ])
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Delete')
    expect(await focused()).toBe('Remove b.png')
    await page.keyboard.press('Escape')
    await hears('close')
    expect(await page.evaluate('document.activeElement.id')).toBe('open')
  })

  it('restores focus and scrolling however it is closed', async () => {
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

  it('announces changes in live regions that existed before', async () => {
    await openWidget()
    await page.waitForSelector('dialog [role="status"]', { state: 'attached' })
    server.upload = () => ({ status: 400, body: { error: { message: 'No film' } } })
    await choose(png('a.png'))
    await until(
      `document.querySelector('countersign-widget').shadowRoot.querySelector('dialog [role=alert]').textContent === 'a.png was not uploaded: This file could not be uploaded.'`,
    )
  })

  it('hides its key presses and clicks from the page’s own dialogs', async () => {
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
    // Focus returns to the page's own button at the end, so the page receives that event.
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

  it("is not changed by the page's styles", async () => {
    server.pages.set('/page.css', {
      body: '* { display: none; opacity: .5; rotate: 3deg; text-transform: uppercase } countersign-widget { zoom: 2 } html, body, main, #form, #open { display: block; rotate: none }',
      headers: { 'content-type': 'text/css' },
    })
    await openWidget()
    const box = await page.locator('.panel').boundingBox()
    expect(box?.width).toBe(640)
    expect(box?.height).toBeGreaterThanOrEqual(300)
    expect(box?.height).toBeLessThanOrEqual(540)
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
