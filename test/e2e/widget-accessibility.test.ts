/** Tests the widget's accessibility in a real browser, and takes its pictures for the documents. */

import { describe, expect, it } from 'vitest'
import { auditPhone, auditViews, showArabic } from './audit-views.js'
import { TAKES_PICTURES } from './take-picture.js'
import { openWidget, page } from './widget-page.js'
import { openNew, rememberSigning, VIEWS, visitViews } from './widget-views.js'

// widget-camera.test.ts tests the views with a camera, because they need another browser.
const NAMES: readonly string[] = VIEWS.filter(({ hasCamera }) => !hasCamera).map(({ name }) => name)
const GROUPS: readonly string[] = Array.from({ length: Math.ceil(NAMES.length / 3) }, (_, index) =>
  NAMES.slice(index * 3, index * 3 + 3).join(', '),
)
// A phone cannot drag files or share a screen, and takes pictures with its own camera app.
const ON_PHONE = TAKES_PICTURES
  ? NAMES.filter((name) => !name.startsWith('dragging') && name !== 'screen')
  : ['empty', 'queue', 'menu', 'finished', 'crop', 'link', 'problem', 'options']
const IN_ARABIC = TAKES_PICTURES ? NAMES : ['empty', 'queue', 'crop']

describe('accessibility', () => {
  // One page shows several views, because loading a page takes most of the time.
  it.each(GROUPS)(
    'has no violation in the views %s, light or dark',
    async (names) => {
      expect(await auditViews(names.split(', '))).toEqual([])
    },
    180_000,
  )

  it('has no violation on a phone, and targets for fingers', async () => {
    expect(await auditPhone(ON_PHONE)).toEqual({ small: [], found: [] })
  }, 180_000)

  it('is mirrored in Arabic', async () => {
    await showArabic(IN_ARABIC)
    await openNew({ language: 'ar' })
    const close = await page.getByRole('button', { name: 'إغلاق' }).boundingBox()
    const panel = await page.locator('.panel').boundingBox()
    expect((close?.x ?? 0) - (panel?.x ?? 0)).toBeLessThan(60)
  }, 180_000)

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

// Elements that reach over the panel's sides.
const OVERFLOW = `(() => {
  const { shadowRoot } = document.querySelector('countersign-widget')
  const panel = shadowRoot.querySelector('.panel').getBoundingClientRect()
  return [...shadowRoot.querySelectorAll('.panel :is(button, input, h2, h3, p, .row)')]
    .filter((each) => each.checkVisibility() && !each.closest('.sr, cropper-canvas'))
    .filter((each) => { const box = each.getBoundingClientRect(); return box.width > 0 && (box.left < panel.left - 1 || box.right > panel.right + 1) })
    .map((each) => each.outerHTML.slice(0, 80))
})()`
