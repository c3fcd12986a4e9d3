/** Keeps a table in a page of the docs up to date with a test run. @module */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './repository.mjs'

const BLOCK = /(<!-- Made by [^\n]*-->\n)[\s\S]*(<!-- \/table -->)/

/**
 * Compares the table between the two markers of a page, or writes it.
 *
 * @param {string} page Path in the repository.
 * @param {readonly (readonly string[])[]} rows Rows of cells; the first row is the heading.
 * @param {{ command: string, writes: boolean }} options Command that writes the table, and true to write the page.
 * @returns {string[]} One sentence if the page's table differs and may not be written.
 */
export function syncTable(page, rows, { command, writes }) {
  const path = join(ROOT, page)
  const text = readFileSync(path, 'utf8')
  const [heading = [], ...rest] = rows
  const lines = [heading, heading.map(() => '---'), ...rest].map((row) => `| ${row.join(' | ')} |`)
  const current = text.replace(BLOCK, (_, start, end) => `${start}${lines.join('\n')}\n${end}`)
  if (current === text) return []
  if (!writes) return [`${page} is out of date: run ${command}`]
  writeFileSync(path, current)
  return []
}
