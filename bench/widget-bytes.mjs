/**
 * What a page loads for the widget, minified and gzipped: the headless core alone, what an import costs before anything is opened, and all of
 * the first open.
 *
 *   node bench/widget-bytes.mjs [--result bench/results/widget-bytes.json]
 * @module
 */

import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const DIST = `${ROOT}packages/widget/dist`
const GOALS = { core: 12_000, firstOpen: 30_000 }

const { values } = parseArgs({ options: { result: { type: 'string' } } })
const script = await readFile(`${DIST}/script/all.js`)
const report = {
  what: 'bytes of the widget, minified and gzipped (level 9)',
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  command: 'node bench/widget-bytes.mjs',
  core: await bundled(`${DIST}/core/index.js`),
  beforeOpen: await bundled(`${DIST}/index.js`),
  firstOpen: gzipSync(script, { level: 9 }).length,
  goals: GOALS,
}
console.log(JSON.stringify(report, null, 2))
if (values.result) await writeFile(values.result, `${JSON.stringify(report, null, 2)}\n`)
process.exitCode = report.core > GOALS.core || report.firstOpen > GOALS.firstOpen ? 1 : 0

/** Bytes of an entry with what it imports at once; what it imports later stays out. @param {string} entry */
async function bundled(entry) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    outdir: 'bundle',
    write: false,
    metafile: true,
  })
  const outputs = new Map(outputFiles.map((file) => [file.path.slice(ROOT.length), file.contents]))
  const first = Object.keys(metafile.outputs).find((name) => metafile.outputs[name]?.entryPoint)
  const needed = new Set([first])
  for (const name of needed) {
    for (const { path, kind } of metafile.outputs[name]?.imports ?? []) {
      if (kind === 'import-statement') needed.add(path)
    }
  }
  return [...needed].reduce(
    (sum, name) => sum + gzipSync(outputs.get(name) ?? '', { level: 9 }).length,
    0,
  )
}
