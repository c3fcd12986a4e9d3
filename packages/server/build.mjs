/** Bundles the package's entries, and the programs of its threads and processes, because a program of hundreds of modules starts late. `tsc -b` writes the types. */

import { mkdir, readdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('.', import.meta.url))
const dist = `${root}dist`

/** What `package.json` exports. Common parts of the entries are files of their own, `chunk-<hash>.js`. */
const ENTRIES = ['src/index.ts', 'src/catalog-entry.ts', 'src/collect.ts']

/** Programs of threads and processes, each in one file. `src/worker-url.ts` finds them by their names. */
const PROGRAMS = [
  'src/catalog/sqlite/sqlite-reader.ts',
  'src/catalog/sqlite/sqlite-worker.ts',
  'src/delivery/imaging/decoder-process.ts',
  'src/inspection/metadata-worker.ts',
  'src/storage/disk/part-joiner-worker.ts',
]

/** @type {import('esbuild').BuildOptions} */
const COMMON = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  write: false,
  logLevel: 'warning',
}

/** What a bundle says of the packages in it. */
const NOTICES = {
  kysely: '/*! Contains Kysely: MIT, Copyright (c) 2022 Sami Koskimäki */',
  valibot: '/*! Contains Valibot: MIT, Copyright (c) Fabian Hiller */',
}

/** Bundles everything. Does not touch a file whose content stays the same. */
export async function setup() {
  await mkdir(`${dist}/workers`, { recursive: true })
  await writeBundles({
    entryPoints: PROGRAMS,
    outdir: `${dist}/workers`,
    entryNames: '[name]',
    external: ['exifreader', 'libsql', 'sharp'],
  })
  const written = await writeBundles({
    entryPoints: ENTRIES,
    outdir: dist,
    splitting: true,
    // Kysely is the only package of many modules that every entry loads. Programs that use two packages share the protocol's error classes.
    plugins: [leaveOut((name) => name !== 'kysely')],
  })
  for (const name of await readdir(dist)) {
    if (name.startsWith('chunk-') && !written.has(name)) await unlink(join(dist, name))
  }
}

/**
 * Writes bundles that have changed.
 *
 * @param {import('esbuild').BuildOptions} options
 * @returns {Promise<ReadonlySet<string>>} Names of all files of the bundles.
 */
async function writeBundles(options) {
  const { outputFiles = [], metafile } = await build({ ...COMMON, ...options, metafile: true })
  for (const { path, text } of outputFiles) {
    const inputs = Object.keys(metafile?.outputs[relative(root, path)]?.inputs ?? {})
    const whole = `${noticesOf(inputs)}${text}`
    const before = await readFile(path, 'utf8').catch(() => '')
    if (before !== whole) await writeFile(path, whole)
  }
  return new Set(outputFiles.map(({ path }) => relative(dirname(path), path)))
}

/**
 * Leaves packages out of a bundle, so that Node loads them.
 *
 * @param {(name: string) => boolean} isLeftOut
 * @returns {import('esbuild').Plugin}
 */
function leaveOut(isLeftOut) {
  return {
    name: 'leave-out',
    setup(bundle) {
      bundle.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
        kind !== 'entry-point' && isLeftOut(path) ? { path, external: true } : undefined,
      )
    },
  }
}

/** @param {readonly string[]} inputs Paths of what a file is made of. */
function noticesOf(inputs) {
  const names = new Set(inputs.flatMap((path) => /node_modules\/([^/]+)\//.exec(path)?.[1] ?? []))
  return [...names]
    .map((name) => {
      const notice = NOTICES[/** @type {keyof typeof NOTICES} */ (name)]
      if (!notice) throw new Error(`${name} is bundled without its notice: add it to NOTICES`)
      return `${notice}\n`
    })
    .join('')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await setup()
