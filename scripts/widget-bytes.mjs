/** What a page loads for the widget, minified and gzipped. @module */

import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { minified } from '../packages/widget/minified.mjs'
import { listFiles, ROOT } from './repository.mjs'

const DIST = join(ROOT, 'packages', 'widget', 'dist')

/** The most that each may have, in bytes. */
export const WIDGET_GOALS = Object.freeze({ core: 12_000, firstOpen: 30_000 })

/**
 * @typedef {object} WidgetBytes
 * @property {number} core The headless core alone.
 * @property {number} beforeOpen What an import costs before anything is opened.
 * @property {number} firstOpen The ES module with all that it loads at the first open, its dependencies included.
 * @property {number} script The same of the script for script tags, as served.
 * @property {Readonly<Record<string, number>>} parts What is loaded apart, each part of the script as served.
 */

/**
 * Measure what is built.
 *
 * @returns {Promise<WidgetBytes>}
 */
export async function measureWidget() {
  const core = await loadedBytes(join(DIST, 'core', 'index.js'))
  const index = await loadedBytes(join(DIST, 'index.js'), /\/mount-\w+\.js$/)
  const folder = join(DIST, 'script')
  const names = listFiles(folder, (name) => /-[0-9a-f]{8}\.js$/.test(name))
  return {
    core: core.atOnce,
    beforeOpen: index.atOnce,
    firstOpen: index.opened,
    script: gzipped(readFileSync(join(folder, 'all.js'))),
    parts: Object.fromEntries(
      names.map((name) => [
        basename(name).replace(/-[0-9a-f]{8}\.js$/, ''),
        gzipped(readFileSync(join(folder, name))),
      ]),
    ),
  }
}

/**
 * Bytes of an entry with what it imports at once, and with one module that it imports later.
 *
 * @param {string} entry
 * @param {RegExp} [later]
 */
async function loadedBytes(entry, later) {
  const { build } = await import('esbuild')
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
    logLevel: 'silent',
  })
  const contents = new Map(outputFiles.map((file) => [file.path.slice(ROOT.length + 1), file.text]))
  const group = (/** @type {RegExp | string} */ start) => {
    const needed = new Set(
      Object.entries(metafile.outputs)
        .filter(([, { entryPoint = '' }]) =>
          typeof start === 'string' ? entryPoint === start : start.test(entryPoint),
        )
        .map(([name]) => name),
    )
    for (const name of needed) {
      for (const { path, kind } of metafile.outputs[name]?.imports ?? []) {
        if (kind === 'import-statement') needed.add(path)
      }
    }
    return needed
  }
  // An app's bundler puts what belongs together into one file: what an import loads, and what opening adds to it.
  const bytesOf = async (/** @type {Iterable<string>} */ names) => {
    const texts = [...names].map((name) => minified(contents.get(name) ?? '', { isModule: true }))
    return gzipped((await Promise.all(texts)).map(({ code }) => code).join('\n'))
  }
  const first = group(entry.slice(ROOT.length + 1))
  const atOnce = await bytesOf(first)
  if (!later) return { atOnce, opened: 0 }
  const added = [...group(later)].filter((name) => !first.has(name))
  return { atOnce, opened: atOnce + (await bytesOf(added)) }
}

/** @param {Uint8Array | string} bytes */
function gzipped(bytes) {
  return gzipSync(bytes, { level: 9 }).length
}
