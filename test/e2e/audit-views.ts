/**
 * Runs axe on the widget's views, in both themes and on a phone, and takes their pictures for the
 * documents. @module
 */

import { AxeBuilder } from '@axe-core/playwright'
import { takePicture } from './take-picture.js'
import { type PageSettings, page } from './widget-page.js'
import { rememberSigning, VIEWS, visitViews } from './widget-views.js'

/** Opens views one after the other in one page. @returns Violated rules, light and dark. */
export async function auditViews(names: readonly string[]): Promise<unknown[]> {
  const found: unknown[] = []
  for await (const name of openedViews(names)) {
    await takePicture(page, `widget-${name}-light`)
    found.push(...(await violations(name, new AxeBuilder({ page }))))
    await theme('dark')
    await takePicture(page, `widget-${name}-dark`)
    // Of the rules of axe, only contrast depends on the theme.
    const contrast = new AxeBuilder({ page }).withRules(['color-contrast'])
    found.push(...(await violations(`${name}, dark`, contrast)))
    await theme('light')
  }
  return found
}

/** Opens views on a phone. @returns Violated rules, and targets that are too small for a finger. */
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

/** Opens views in a language that is written from right to left. */
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

/** Opens views one after the other in one page. */
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

/** Returns the violations that axe finds in the widget. */
export async function violations(view: string, axe: AxeBuilder): Promise<unknown[]> {
  // The page has a single frame. Without the legacy mode, each run would open another page.
  const found = await axe.include('countersign-widget').setLegacyMode().analyze()
  return found.violations.map(({ id, nodes }) => [view, id, nodes.map(({ html }) => html)])
}
