/** Measures the bytes that a page loads for the widget, minified and gzipped. @module */

import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { minified } from '../packages/widget/minified.mjs'
import { listFiles, ROOT } from './repository.mjs'

const DIST = join(ROOT, 'packages', 'widget', 'dist')

/** Maximum sizes in bytes. */
export const WIDGET_GOALS = Object.freeze({ core: 12_000, firstOpen: 30_000 })

/**
 * @typedef {object} WidgetBytes
 * @property {number} core Headless core alone.
 * @property {number} beforeOpen Import of the widget before anything is opened.
 * @property {number} firstOpen ES module with everything that it loads at the first open, including dependencies.
 * @property {number} script Script for script tags with everything that it loads at the first open, as served.
 * @property {Readonly<Record<string, number>>} parts Each part of the script that is loaded separately, as served.
 */

/**
 * Measures the built widget.
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
 * Returns the bytes of an entry with its static imports, and with one module that it imports later.
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
  // The bundler of an app merges modules into one file for the import and one for the first open.
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
