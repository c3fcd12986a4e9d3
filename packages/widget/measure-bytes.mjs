/** Prints, as JSON, what a browser loads of the widget: bytes gzipped, dependencies included. */

import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('.', import.meta.url))

/** What an app's bundler makes of one entry, `import()`s left out or followed. */
async function bundledBytes(entry, followsImports) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { entry },
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    outdir: 'measured',
    write: false,
  })
  const files = followsImports
    ? outputFiles
    : outputFiles.filter(({ path }) => !/mount-/.test(path))
  return files.reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0)
}

const script = await readFile(`${root}dist/script/all.js`)
console.log(
  JSON.stringify({
    scriptFirstOpen: gzipSync(script, { level: 9 }).length,
    moduleFirstOpen: await bundledBytes('dist/index.js', true),
    moduleBeforeOpen: await bundledBytes('dist/index.js', false),
    core: await bundledBytes('dist/core/index.js', true),
  }),
)
