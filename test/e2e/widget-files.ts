/** Reads the built script of the widget and its parts, as a page loads them. @module */

import { readdir, readFile } from 'node:fs/promises'
import type { Answer } from '../../packages/widget/testing/fake-server.js'

const FOLDER = new URL('../../packages/widget/dist/script/', import.meta.url)

/** Returns the response for every file by path, as our server serves it below `/widget`. */
export async function widgetFiles(publicUrl: string): Promise<Map<string, Answer>> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.js'))
  const headers = { 'content-type': 'text/javascript', 'access-control-allow-origin': '*' }
  const files = names.map(async (name) => {
    const text = await readFile(new URL(name, FOLDER), 'utf8')
    const body = text.replaceAll('__COUNTERSIGN_PUBLIC_URL__', publicUrl)
    return [`/widget/${name}`, { body, headers }] as const
  })
  return new Map(await Promise.all(files))
}
