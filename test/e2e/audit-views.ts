/** What axe finds in the widget's views, in both themes and on a phone; also takes their pictures for the documents. @module */

import { AxeBuilder } from '@axe-core/playwright'
import { takePicture } from './take-picture.js'
import { type PageSettings, page } from './widget-page.js'
import { rememberSigning, VIEWS, visitViews } from './widget-views.js'

/** Open views one after the other, in one page. @returns What violates a rule, light or dark. */
export async function auditViews(names: readonly string[]): Promise<unknown[]> {
  const found: unknown[] = []
  for await (const name of openedViews(names)) {
    await takePicture(page, `widget-${name}-light`)
    found.push(...(await violations(name, new AxeBuilder({ page }))))
    await theme('dark')
    await takePicture(page, `widget-${name}-dark`)
    // Of what axe looks at, only contrast differs between the themes.
    const contrast = new AxeBuilder({ page }).withRules(['color-contrast'])
    found.push(...(await violations(`${name}, dark`, contrast)))
    await theme('light')
  }
  return found
}

/** Open views on a phone. @returns What violates a rule, and what is too small for a finger. */
export async function auditPhone(
  names: readonly string[],
): Promise<{ found: unknown[]; small: string[] }> {
  const found: unknown[] = []
  const small: string[] = []
  for await (const name of openedViews(names, { settings: { isPhone: true } })) {
    await takePicture(page, `widget-${name}-phone`)
    small.push(...(await smallTargets()))
    found.push(...(await violations(name, new AxeBuilder({ page }))))
  }
  return { found, small }
}

/** Open views in a language that is read from right to left. */
export async function showArabic(names: readonly string[]): Promise<void> {
  for await (const name of openedViews(names, { options: { language: 'ar' } })) {
    await page.waitForSelector('.root[dir="rtl"]', { state: 'attached' })
    await page
      .getByRole('button', { name: /\p{Script=Arabic}/u })
      .first()
      .waitFor()
    await takePicture(page, `widget-${name}-rtl`)
  }
}

/** Open views one after the other, in one page. */
async function* openedViews(
  names: readonly string[],
  { settings, options }: { settings?: PageSettings; options?: object } = {},
): AsyncGenerator<string> {
  await visitViews(settings)
  rememberSigning()
  for (const { name, open } of VIEWS.filter((view) => names.includes(view.name))) {
    await open(options)
    yield name
  }
}

async function smallTargets(): Promise<string[]> {
  return page.evaluate(`(() => {
    const { shadowRoot } = document.querySelector('countersign-widget')
    return [...shadowRoot.querySelectorAll('button, select, label.input')]
      .filter((each) => each.checkVisibility())
      .filter((each) => { const box = each.getBoundingClientRect(); return Math.min(box.width, box.height) < 43.5 })
      .map((each) => each.outerHTML.slice(0, 120))
  })()`)
}

async function theme(colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme })
  await page.waitForSelector(`countersign-widget[data-theme="${colorScheme}"]`, {
    state: 'attached',
  })
}

/** What axe finds in the widget. */
export async function violations(view: string, axe: AxeBuilder): Promise<unknown[]> {
  // Everything stands in one frame: without the legacy mode each run opens a page of its own.
  const found = await axe.include('countersign-widget').setLegacyMode().analyze()
  return found.violations.map(({ id, nodes }) => [view, id, nodes.map(({ html }) => html)])
}
