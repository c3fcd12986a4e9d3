/** Bundles the widget: ES modules for packages, a script for script tags, and the parts of both. `tsc -b` writes the types. */

import { mkdir, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { createParts, cssText, SETTINGS, sources } from './build-parts.mjs'
import { minified } from './minified.mjs'

const root = fileURLToPath(new URL('.', import.meta.url))

/**
 * esbuild plugin that bundles the view into the script. This saves a request at the first open, and the wrappers of lazily loaded modules.
 */
const viewInline = {
  name: 'view-inline',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/load-view\.js$/ }, () => ({ path: `${root}src/script/load-view.ts` }))
  },
}

/**
 * Builds the ES modules. Packages stay imports, so that an app has one copy of each. The view and its parts are chunks that are loaded when
 * needed.
 */
async function buildModules() {
  await rm(`${root}dist/chunks`, { recursive: true, force: true })
  await mkdir(`${root}dist/chunks`, { recursive: true })
  const parts = createParts({ folder: `${root}dist/chunks`, packages: 'external' })
  await build({
    ...SETTINGS,
    entryPoints: {
      index: 'src/index.ts',
      'core/index': 'src/core/index.ts',
      'may-resume': 'src/may-resume.ts',
      queue: 'src/queue.ts',
    },
    outdir: 'dist',
    packages: 'external',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    plugins: [
      cssText,
      // esbuild splits the lazy imports of core and widget itself, because they must work without the view's shared modules.
      sources((text, path) =>
        !path.startsWith(`${root}src/view/`)
          ? parts.withWorkers(text, path)
          : parts.replaceImports(text, path, (name) => `import('./${name}')`),
      ),
      parts.external,
    ],
  })
}

/** Builds the script that defines `window.cloudinary`, and one file per part. */
async function buildScript() {
  const folder = `${root}dist/script`
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const parts = createParts({ folder, packages: 'bundle', finish: minified })
  const { outputFiles } = await build({
    ...SETTINGS,
    entryPoints: { all: 'src/script/all.ts' },
    outdir: folder,
    plugins: [
      cssText,
      viewInline,
      sources((text, path) => parts.replaceImports(text, path, (name) => `importPart('${name}')`)),
    ],
    format: 'iife',
    minify: true,
    legalComments: 'none',
    sourcemap: 'external',
    write: false,
  })
  const text = (ending) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? ''
  const { code, map } = await minified(text('.js'), { map: text('.map') })
  await writeFile(`${folder}/all.js`, code)
  await writeFile(`${folder}/all.js.map`, map)
}

await Promise.all([buildModules(), buildScript()])
