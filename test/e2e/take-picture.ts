/** Pictures for the documents. @module */

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { ARTIFACTS } from './free-port.js'

const FOLDER = join(ARTIFACTS, 'screenshots')

/** Take a picture of a page, where `npm run screenshots` runs the tests. @param name Of the file, without extension. */
export async function takePicture(page: Page, name: string): Promise<void> {
  if (process.env.COUNTERSIGN_SCREENSHOTS !== '1') return
  mkdirSync(FOLDER, { recursive: true })
  await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled' })
}
