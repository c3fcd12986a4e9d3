/** The widget for everybody, in a real browser; also takes its pictures for the documents. */

import { AxeBuilder } from '@axe-core/playwright'
import { describe, expect, it } from 'vitest'
import { auditViews, violations } from './audit-views.js'
import { takePicture } from './take-picture.js'
import { openWidget, page } from './widget-page.js'
import { openNew, rememberSigning, VIEWS, visitViews } from './widget-views.js'

// widget-camera.test.ts has the others: they need another browser.
const NAMES: readonly string[] = VIEWS.filter(({ hasCamera }) => !hasCamera).map(({ name }) => name)
const GROUPS: readonly string[] = Array.from({ length: Math.ceil(NAMES.length / 3) }, (_, index) =>
  NAMES.slice(index * 3, index * 3 + 3).join(', '),
)

describe('accessibility', () => {
  // One page visits several: a page for each is most of the time.
  it.each(GROUPS)(
    'has no violation in the views %s, light or dark',
    async (names) => {
      expect(await auditViews(names.split(', '))).toEqual([])
    },
    180_000,
  )

  it('has none on a phone, and targets for fingers', async () => {
    await visitViews({ isPhone: true })
    rememberSigning()
    const small: string[] = []
    const found: unknown[] = []
    for (const view of VIEWS.filter(({ name }) => PHONE_VIEWS.includes(name))) {
      await view.open()
      await takePicture(page, `widget-${view.name}-phone`)
      small.push(...(await smallTargets()))
      found.push(...(await violations(view.name, new AxeBuilder({ page }))))
    }
    expect(small).toEqual([])
    expect(found).toEqual([])
  }, 180_000)

  it('stands the other way round in Arabic', async () => {
    await visitViews()
    rememberSigning()
    for (const name of ['empty', 'queue', 'crop']) {
      await VIEWS.find((view) => view.name === name)?.open({ language: 'ar' })
      await page.getByRole('button', { name: 'إغلاق' }).waitFor()
      await takePicture(page, `widget-${name}-rtl`)
    }
    const close = await page.getByRole('button', { name: 'إغلاق' }).boundingBox()
    const panel = await page.locator('.panel').boundingBox()
    expect((close?.x ?? 0) - (panel?.x ?? 0)).toBeLessThan(60)
  })

  it('names the dialog after its title', async () => {
    await openWidget()
    expect(await page.getByRole('dialog', { name: 'Add photos and videos' }).count()).toBe(1)
  })

  it('fits a window at 200 % and at 400 % without sideways scrolling', async () => {
    await visitViews()
    rememberSigning()
    for (const [width, height] of [
      [640, 400],
      [320, 256],
    ] as const) {
      await page.setViewportSize({ width, height })
      for (const name of ['empty', 'queue', 'options', 'crop', 'problem']) {
        await VIEWS.find((view) => view.name === name)?.open()
        expect(await page.evaluate(OVERFLOW), `${name} at ${width} × ${height}`).toEqual([])
      }
    }
    await openNew()
  }, 180_000)
})

const PHONE_VIEWS = ['empty', 'queue', 'menu', 'finished', 'crop', 'link', 'problem', 'options']

// What reaches over the panel's sides.
const OVERFLOW = `(() => {
  const { shadowRoot } = document.querySelector('countersign-widget')
  const panel = shadowRoot.querySelector('.panel').getBoundingClientRect()
  return [...shadowRoot.querySelectorAll('.panel :is(button, input, h2, h3, p, .row)')]
    .filter((each) => each.checkVisibility() && !each.closest('.sr, cropper-canvas'))
    .filter((each) => { const box = each.getBoundingClientRect(); return box.width > 0 && (box.left < panel.left - 1 || box.right > panel.right + 1) })
    .map((each) => each.outerHTML.slice(0, 80))
})()`

async function smallTargets(): Promise<string[]> {
  return page.evaluate(`(() => {
    const { shadowRoot } = document.querySelector('countersign-widget')
    return [...shadowRoot.querySelectorAll('button, select, label.input')]
      .filter((each) => each.checkVisibility())
      .filter((each) => { const box = each.getBoundingClientRect(); return Math.min(box.width, box.height) < 43.5 })
      .map((each) => each.outerHTML.slice(0, 120))
  })()`)
}
