/**
 * Measures the bytes that a page loads for the widget, minified and gzipped: the headless core alone, an import before anything is opened,
 * the first open, and each part that is loaded separately.
 *
 *   node bench/widget-bytes.mjs [--result bench/results/widget-bytes.json]
 * @module
 */

import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { measureWidget, WIDGET_GOALS } from '../scripts/widget-bytes.mjs'

const { values } = parseArgs({ options: { result: { type: 'string' } } })
const bytes = await measureWidget()
const report = {
  what: 'bytes of the widget, minified and gzipped (level 9)',
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  command: 'node bench/widget-bytes.mjs',
  ...bytes,
  goals: WIDGET_GOALS,
}
console.log(JSON.stringify(report, null, 2))
if (values.result) await writeFile(values.result, `${JSON.stringify(report, null, 2)}\n`)
const firstOpen = Math.max(bytes.firstOpen, bytes.script)
process.exitCode = bytes.core > WIDGET_GOALS.core || firstOpen > WIDGET_GOALS.firstOpen ? 1 : 0
