/** Bundles the widget: ES modules for packages, one script for script tags. Types come from `tsc -b`. */

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build, transform } from 'esbuild'
import { minify } from 'terser'

const root = fileURLToPath(new URL('.', import.meta.url))

/** Style sheets become minified text, for adoption by a shadow root. */
const cssText = {
  name: 'css-text',
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      const { code } = await transform(source, { loader: 'css', minify: true, target: 'es2022' })
      return { contents: code.trim(), loader: 'text' }
    })
  },
}

/** A script of one file has its view at hand: no chunk, and none of the wrappers that lazy modules cost. */
const viewInline = {
  name: 'view-inline',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/load-view\.js$/ }, () => ({ path: `${root}src/script/load-view.ts` }))
  },
}

const shared = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  platform: 'browser',
  jsx: 'transform',
  jsxFactory: 'h',
  jsxFragment: 'Fragment',
  inject: ['src/view/jsx.ts'],
  plugins: [cssText],
  sourcemap: true,
  logLevel: 'warning',
}

/** Packages stay imports, so that an app has one copy of each; the view is a chunk of its own, loaded by `open`. */
export function buildModules() {
  return build({
    ...shared,
    entryPoints: {
      index: 'src/index.ts',
      'core/index': 'src/core/index.ts',
      queue: 'src/queue.ts',
    },
    outdir: 'dist',
    packages: 'external',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
  })
}

/** One file that needs nothing else and defines `window.cloudinary`; `terser` takes off what `esbuild` leaves. */
export async function buildScript() {
  const { outputFiles } = await build({
    ...shared,
    entryPoints: { all: 'src/script/all.ts' },
    outdir: 'dist/script',
    plugins: [cssText, viewInline],
    format: 'iife',
    minify: true,
    legalComments: 'none',
    sourcemap: 'external',
    write: false,
  })
  const text = (ending) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? ''
  const { code = '', map = '' } = await minify(text('.js'), {
    ecma: 2020,
    compress: { passes: 3 },
    sourceMap: { content: text('.map') },
  })
  await mkdir(`${root}dist/script`, { recursive: true })
  await writeFile(`${root}dist/script/all.js`, code)
  await writeFile(`${root}dist/script/all.js.map`, String(map))
}

await Promise.all([buildModules(), buildScript()])
