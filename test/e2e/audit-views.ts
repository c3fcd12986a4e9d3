/** What axe finds in the widget's views, in both themes; also takes their pictures for the documents. @module */

import { AxeBuilder } from '@axe-core/playwright'
import { takePicture } from './take-picture.js'
import { page } from './widget-page.js'
import { rememberSigning, VIEWS, visitViews } from './widget-views.js'

/** Open views one after the other, in one page. @returns What violates a rule, light or dark. */
export async function auditViews(names: readonly string[]): Promise<unknown[]> {
  await visitViews()
  rememberSigning()
  const found: unknown[] = []
  for (const view of VIEWS.filter(({ name }) => names.includes(name))) {
    await view.open()
    await takePicture(page, `widget-${view.name}-light`)
    found.push(...(await violations(view.name, new AxeBuilder({ page }))))
    await theme('dark')
    await takePicture(page, `widget-${view.name}-dark`)
    // Of what axe looks at, only contrast differs between the themes.
    const contrast = new AxeBuilder({ page }).withRules(['color-contrast'])
    found.push(...(await violations(`${view.name}, dark`, contrast)))
    await theme('light')
  }
  return found
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
