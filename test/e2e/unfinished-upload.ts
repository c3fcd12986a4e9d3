/** Starts an upload in parts that stops after its first part, so that a later visit has something to continue. @module */

import { join } from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { expect } from 'vitest'

/** A picture on the disk. */
export interface LargePicture {
  readonly path: string
  readonly bytes: number
}

/** Starts of the parts that {@link LargePicture} has after the first one, with parts of 5 MB. */
export const REST = ['5000000', '10000000']

/** Writes a picture of about 11 MB, because noise does not compress. */
export async function writeLargePicture(folder: string): Promise<LargePicture> {
  const path = join(folder, 'large.png')
  const { size } = await sharp({
    create: {
      width: 1930,
      height: 1900,
      channels: 3,
      background: '#888',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  })
    .png({ compressionLevel: 0 })
    .toFile(path)
  return { path, bytes: size }
}

/** Picks a file, and waits until its first part is stored. The page never sends the second part; the page that is loaded next can. */
export async function uploadFirstPart(on: Page, path: string): Promise<void> {
  const ranges = watchRanges(on)
  let isBlocked = true
  on.once('framenavigated', () => {
    isBlocked = false
  })
  await on.route('**/upload', (route) =>
    isBlocked && route.request().headers()['content-range']?.startsWith('bytes 5000000-')
      ? undefined
      : route.fallback(),
  )
  await on.setInputFiles('input[type=file]', path)
  await expect.poll(() => ranges).toContain('5000000')
  await expect
    .poll(() => on.evaluate('indexedDB.databases().then((all) => all.map(({ name }) => name))'))
    .toContain('countersign-files')
}

/** Returns whether the tab has noted an unfinished upload. */
export function isNoted(on: Page): Promise<boolean> {
  return on.evaluate(`sessionStorage.getItem('countersign:resume:') !== null`)
}

/** Records the start of each part that is sent from now on. */
export function watchRanges(on: Page): string[] {
  const ranges: string[] = []
  on.on('request', (request) => {
    const range = request.headers()['content-range']
    if (range) ranges.push(range.replace(/^bytes (\d+)-.*$/, '$1'))
  })
  return ranges
}

/** Records the start of each part that the next page sends. */
export function watchNextRanges(on: Page): string[] {
  const ranges = watchRanges(on)
  on.once('framenavigated', () => ranges.splice(0))
  return ranges
}
