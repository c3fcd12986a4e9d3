/**
 * Builds the view's parts: chunks of code that the view loads only when it needs them.
 *
 * esbuild's own code splitting would put shared code into one file per combination of parts, which costs a dozen requests at the first
 * open. Instead, each part is a function. Its argument holds the modules that `src/view/dialog/part-modules.ts` lists, and the view passes
 * them in. A worker cannot share modules, so it is built as a separate module.
 * @module
 */

import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, transform } from 'esbuild'

const root = fileURLToPath(new URL('.', import.meta.url))
const sourceFolder = `${root}src/`

/** esbuild settings that all bundles share. */
export const SETTINGS = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  platform: 'browser',
  // Without this, esbuild takes the JSX settings from the package's tsconfig.json and ignores the option `jsx`.
  tsconfigRaw: {
    compilerOptions: { jsx: 'react', jsxFactory: 'jsxElement', jsxFragmentFactory: 'JsxFragment' },
  },
  sourcemap: true,
  logLevel: 'warning',
}

/** esbuild plugin that imports style sheets as minified text, for adoption by a shadow root. */
export const cssText = {
  name: 'css-text',
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8')
      const { code } = await transform(text, { loader: 'css', minify: true, target: 'es2022' })
      return { contents: code.trim(), loader: 'text' }
    })
  },
}

/**
 * esbuild plugin that loads source files and applies `change` to their text. It uses the classic JSX runtime, whose output is smaller than
 * that of the automatic one.
 */
export function sources(change = (text) => text) {
  return {
    name: 'sources',
    setup({ onLoad }) {
      onLoad({ filter: /\/src\/.*\.tsx?$/ }, async ({ path }) => {
        const text = await change(await readFile(path, 'utf8'), path)
        if (path.endsWith('.ts')) return { contents: text, loader: 'ts' }
        const names = "import { h as jsxElement, Fragment as JsxFragment } from 'preact';"
        return { contents: names + text, loader: 'tsx' }
      })
    },
  }
}

/**
 * Creates a builder for the parts that a bundle loads. It builds each part once, at its first import.
 *
 * @param folder Folder for the part files. Their names contain a hash of their content.
 * @param packages esbuild's `packages` option: `external` or `bundle`.
 * @param finish Minifies the code of a part.
 */
export function createParts({ folder, packages, finish = async (code) => ({ code }) }) {
  const built = new Map()
  let shared

  async function buildPart(path) {
    shared ??= readSharedNames()
    const { outputFiles } = await build({
      ...SETTINGS,
      entryPoints: [existsSync(`${path}.ts`) ? `${path}.ts` : `${path}.tsx`],
      outdir: folder,
      packages,
      plugins: [cssText, sharing(await shared), sources(withNestedParts), nested],
      legalComments: 'none',
      sourcemap: false,
      write: false,
    })
    return write(path, asFunction(outputFiles[0].text))
  }

  async function write(path, text) {
    const { code } = await finish(text, { isModule: true })
    const hash = createHash('sha256').update(code).digest('hex').slice(0, 8)
    const name = `${basename(path)}-${hash}.js`
    await writeFile(`${folder}/${name}`, code)
    return name
  }

  async function buildWorker(path) {
    const { outputFiles } = await build({
      ...SETTINGS,
      entryPoints: [`${path}.ts`],
      outdir: folder,
      legalComments: 'none',
      sourcemap: false,
      write: false,
    })
    return write(path, outputFiles[0].text)
  }

  /**
   * Replaces a worker's address with the relative address of its built file, because bundlers and browsers resolve it against the module.
   */
  async function withWorkers(text, path) {
    const [whole, target] = text.match(WORKER_ADDRESS) ?? []
    if (whole === undefined) return text
    const worker = resolve(dirname(path), target)
    if (!built.has(worker)) built.set(worker, buildWorker(worker))
    return text.replace(whole, `new URL('./${await built.get(worker)}', import.meta.url)`)
  }

  /** Builds the parts that the module at `path` imports. Returns the text that replaces each `import()`. */
  async function partsOf(text, path, call) {
    const names = new Map()
    for (const [whole, target] of text.matchAll(IMPORT_CALL)) {
      const part = resolve(dirname(path), target)
      if (part.endsWith('/view/dialog/mount')) continue
      if (!built.has(part)) built.set(part, buildPart(part))
      names.set(whole, call(await built.get(part)))
    }
    return names
  }

  async function withNestedParts(text, path) {
    const names = await partsOf(
      text,
      path,
      (name) => `import('./${name}').then((part) => part.default(sharedNames))`,
    )
    return withWorkers(
      text.replace(IMPORT_CALL, (whole) => names.get(whole) ?? whole),
      path,
    )
  }

  return {
    withWorkers,

    /** Replaces every `import('./x.js')` with the text that `call` returns for the file of the built part. */
    async replaceImports(text, path, call) {
      const names = await partsOf(text, path, (name) => `linkPart(${call(name)})`)
      if (names.size === 0) return text
      return CALLED + text.replace(IMPORT_CALL, (whole) => names.get(whole) ?? whole)
    },

    external: nested,
  }
}

/** esbuild plugin that leaves imports of built parts unchanged. */
const nested = {
  name: 'finished-parts',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/.*-[0-9a-f]{8}\.js$/ }, ({ path }) => ({ path, external: true }))
  },
}

// On the first line of the source, so that line numbers stay the same.
const CALLED =
  `import { linkPart } from '${sourceFolder}view/dialog/link-part.ts';` +
  `import { importPart } from '${sourceFolder}script/import-part.ts';`
// The lookbehind skips types such as `typeof import('…')`.
const IMPORT_CALL = /(?<!typeof )\bimport\('(\.[^']+)\.js'\)/g

const WORKER_ADDRESS = /new URL\('(\.[^']+-worker)\.js', import\.meta\.url\)/

/** esbuild plugin that replaces imports of shared modules with reads from `sharedNames`. */
function sharing(names) {
  return {
    name: 'part-sharing',
    setup({ onResolve, onLoad, resolve: resolveModule }) {
      onResolve(
        { filter: /./, namespace: 'file' },
        async ({ path, importer, pluginData, ...rest }) => {
          if (pluginData === 'resolving' || importer === '') return undefined
          const found = await resolveModule(path, { ...rest, importer, pluginData: 'resolving' })
          const key = path === 'preact' ? path : sourceName(found.path)
          return names.has(key) ? { path: key, namespace: 'shared' } : undefined
        },
      )
      onLoad({ filter: /./, namespace: 'shared' }, ({ path }) => ({
        contents: `export const { ${names.get(path).join(', ')} } = sharedNames`,
        loader: 'js',
      }))
    },
  }
}

function sourceName(path) {
  return path.startsWith(sourceFolder)
    ? path.slice(sourceFolder.length).replace(/\.(tsx?|js)$/, '')
    : undefined
}

/**
 * Turns a part's module into a function of the shared modules. Relies on esbuild's output: imports first, all exports in one statement at
 * the end.
 */
function asFunction(module) {
  const imports = []
  const body = module
    .replace(/^import [^;]*;$/gm, (statement) => {
      imports.push(statement)
      return ''
    })
    .replace(
      /export \{([^}]*)\};\s*$/,
      (_, names) => `return {${names.replace(/(\w+) as (\w+)/g, '$2: $1')}}`,
    )
  return `${imports.join('\n')}\nexport default (sharedNames) => {\n${body}\n}\n`
}

/** Reads the names that the view shares. Returns a map from module path below `src`, or package name, to exported names. */
async function readSharedNames() {
  const path = `${sourceFolder}view/dialog/part-modules.ts`
  const text = await readFile(path, 'utf8')
  const imports = text.matchAll(/^import \{([^}]*)\} from '([^']+)'$/gm)
  return new Map(
    [...imports].map(([, names, target]) => [
      target.startsWith('.') ? sourceName(resolve(dirname(path), target)) : target,
      names.match(/\w+/g),
    ]),
  )
}
