/**
 * Checks the size of browser bundles, and that they contain no code that handles secrets. @module
 */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isMain } from './is-main.mjs'
import { ROOT } from './repository.mjs'
import { runNode } from './run-command.mjs'
import { measureWidget, WIDGET_GOALS } from './widget-bytes.mjs'

/** Built entries that a page may load. React itself is not included. */
const BROWSER_ENTRIES = [
  'packages/widget/dist/index.js',
  'packages/widget/dist/core/index.js',
  'packages/widget/dist/script/all.js',
  'packages/react/dist/index.js',
]

/** Matches code that signs, or that takes a secret. */
const SECRET_CODE = /\bapiSecret\b|\bwebhookSecret\b|\bapi_secret\s*[:=]/
const SECRET_MODULES = /protocol\/dist\/(signature|delivery|digest)\//

/**
 * Checks the limits of `.size-limit.json`, the size of the first open, and the content of every browser bundle.
 *
 * @returns {Promise<string[]>} One sentence per problem.
 */
export async function checkSize() {
  const missing = BROWSER_ENTRIES.filter((path) => !existsSync(join(ROOT, path)))
  if (missing.length > 0) return missing.map((path) => `${path} is not built`)
  const secrets = await Promise.all(BROWSER_ENTRIES.map(secretProblems))
  return [...(await limitProblems()), ...bundleProblems(await measureWidget()), ...secrets.flat()]
}

/** @param {import('./widget-bytes.mjs').WidgetBytes} bytes */
function bundleProblems({ core, firstOpen, script }) {
  const { core: maxCore, firstOpen: maxOpen } = WIDGET_GOALS
  return [
    tooLarge('widget core', core, maxCore),
    tooLarge('first open of the ES module', firstOpen, maxOpen),
    tooLarge('first open of the script', script, maxOpen),
  ].flat()
}

/**
 * @param {string} name
 * @param {number} bytes
 * @param {number} maxBytes
 */
function tooLarge(name, bytes, maxBytes) {
  return bytes <= maxBytes ? [] : [`${name}: ${bytes} bytes gzipped, at most ${maxBytes} allowed`]
}

async function limitProblems() {
  const cli = join(ROOT, 'node_modules', 'size-limit', 'bin.js')
  const { code, output } = await runNode([cli, '--json'], { quiet: true })
  // Warnings of the bundler may come before the JSON.
  const start = output.search(/^\[\s*$/m)
  if (start === -1) return [`size-limit failed: ${output.trim()}`]
  /** @type {{ name: string, passed?: boolean, size: number, sizeLimit?: number }[]} */
  const results = JSON.parse(output.slice(start).replace(/^\][\s\S]*/m, ']'))
  const problems = results
    .filter(({ passed }) => passed === false)
    .map(
      ({ name, size, sizeLimit }) => `${name}: ${size} bytes gzipped, at most ${sizeLimit} allowed`,
    )
  if (code !== 0 && problems.length === 0) return [`size-limit failed: ${output.trim()}`]
  return problems
}

/** @param {string} entry */
async function secretProblems(entry) {
  const { build } = await import('esbuild')
  const { metafile, outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    outdir: 'bundle',
    splitting: true,
    format: 'esm',
    platform: 'browser',
    external: ['react', 'react-dom', 'react/jsx-runtime'],
    logLevel: 'silent',
  })
  const modules = Object.keys(metafile.inputs).filter((path) => SECRET_MODULES.test(path))
  const texts = outputFiles.filter(({ text }) => SECRET_CODE.test(text))
  return [
    ...modules.map((path) => `${entry} contains ${path}, which handles secrets`),
    ...(texts.length > 0 ? [`${entry} contains code that takes a secret`] : []),
  ]
}

if (isMain(import.meta.url)) {
  const problems = await checkSize()
  console.log(JSON.stringify(await measureWidget(), null, 2))
  for (const problem of problems) console.error(problem)
  process.exitCode = problems.length === 0 ? 0 : 1
}
