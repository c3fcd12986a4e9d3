/** Pictures for the documents. @module */

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { ARTIFACTS } from './free-port.js'

const FOLDER = join(ARTIFACTS, 'screenshots')

/** Whether `npm run screenshots` runs the tests, which then show every view in every shape. */
export const TAKES_PICTURES = process.env.COUNTERSIGN_SCREENSHOTS === '1'

/** Take a picture of a page, where they are wanted. @param name Of the file, without extension. */
export async function takePicture(page: Page, name: string): Promise<void> {
  if (!TAKES_PICTURES) return
  mkdirSync(FOLDER, { recursive: true })
  await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled' })
}
