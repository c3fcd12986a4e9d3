/** Takes pictures for the documents. @module */

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { ARTIFACTS } from './free-port.js'

const FOLDER = join(ARTIFACTS, 'screenshots')

/** True if `npm run screenshots` runs the tests, which then show all views in all shapes. */
export const TAKES_PICTURES = process.env.COUNTERSIGN_SCREENSHOTS === '1'

/** Takes a picture of a page if pictures are wanted. @param name File name without extension. */
export async function takePicture(page: Page, name: string): Promise<void> {
  if (!TAKES_PICTURES) return
  mkdirSync(FOLDER, { recursive: true })
  await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled' })
}
