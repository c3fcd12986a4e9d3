/** Drops files, and content of other web pages, on a page as a person does. @module */

import type { Locator } from 'playwright-core'

/**
 * Drags files from outside of the browser over an element and drops them.
 *
 * @param target Element to drop on, in its middle.
 * @param paths Absolute paths of the files.
 */
export function dropFiles(target: Locator, paths: readonly string[]): Promise<void> {
  return drop(target, { items: [], files: [...paths] })
}

/**
 * Drags an item of another web page over an element and drops it there.
 *
 * @param target Element to drop on, in its middle.
 * @param texts Texts that the other page offers, by MIME type.
 */
export function dropTexts(target: Locator, texts: Readonly<Record<string, string>>): Promise<void> {
  const items = Object.entries(texts).map(([mimeType, data]) => ({ mimeType, data }))
  return drop(target, { items, files: [] })
}

async function drop(
  target: Locator,
  content: { items: { mimeType: string; data: string }[]; files: string[] },
): Promise<void> {
  const box = await target.boundingBox()
  if (box === null) throw new Error('nothing to drop on: the element is not visible')
  const page = target.page()
  const session = await page.context().newCDPSession(page)
  const place = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  const copy = 1
  const data = { ...content, dragOperationsMask: copy }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, ...place, data })
  }
  await session.detach()
}
