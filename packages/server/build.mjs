/** Bundles what runs beside the server, in threads and processes, each into one file: what loads a hundred modules starts late. The rest comes from `tsc -b`. */

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('.', import.meta.url))
const folder = `${root}dist/workers`

/** Their programs; `src/worker-url.ts` finds them by their names. */
const PROGRAMS = [
  'src/catalog/sqlite/sqlite-reader.ts',
  'src/catalog/sqlite/sqlite-worker.ts',
  'src/delivery/imaging/decoder-process.ts',
  'src/inspection/metadata-worker.ts',
  'src/storage/disk/part-joiner-worker.ts',
]

/** What a bundle says of the packages in it. */
const NOTICES = {
  kysely: '/*! Contains Kysely: MIT, Copyright (c) 2022 Sami Koskimäki */',
  valibot: '/*! Contains Valibot: MIT, Copyright (c) Fabian Hiller */',
}

/** Bundle them; a file that stays the same is left alone. */
export async function setup() {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: PROGRAMS,
    outdir: folder,
    entryNames: '[name]',
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['exifreader', 'libsql', 'sharp'],
    write: false,
    metafile: true,
    logLevel: 'warning',
  })
  await mkdir(folder, { recursive: true })
  for (const { path, text } of outputFiles) {
    const inputs = Object.keys(metafile.outputs[relative(root, path)]?.inputs ?? {})
    const whole = `${noticesOf(inputs)}${text}`
    const before = await readFile(path, 'utf8').catch(() => '')
    if (before !== whole) await writeFile(path, whole)
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
