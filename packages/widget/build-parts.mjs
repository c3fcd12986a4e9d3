/**
 * The parts of the view: what is not needed to open and send is loaded when it is.
 *
 * A bundler's own splitting would cut what parts share into a file for each set of them, a dozen requests at the first open. So each
 * part is a function of the modules that `src/view/dialog/part-modules.ts` lists, and the view, which has them, gives them to it. A worker shares
 * nothing: it is a module of its own, beside them.
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

/** What all bundles have in common. */
export const SETTINGS = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  platform: 'browser',
  // The package's own tsconfig.json would win over the option `jsx`.
  tsconfigRaw: {
    compilerOptions: { jsx: 'react', jsxFactory: 'jsxElement', jsxFragmentFactory: 'JsxFragment' },
  },
  sourcemap: true,
  logLevel: 'warning',
}

/** Style sheets become minified text, for adoption by a shadow root. */
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

/** Source files with what JSX becomes, which is smaller than the automatic runtime, and perhaps changed. */
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
 * The parts that a bundle loads, built as they are met.
 *
 * @param folder Where they are written, named by their content.
 * @param packages Whether they contain the packages that they import.
 * @param finish What makes their code smaller.
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

  /** Bundlers of apps and browsers find a worker by an address relative to the module that starts it. */
  async function withWorkers(text, path) {
    const [whole, target] = text.match(WORKER_ADDRESS) ?? []
    if (whole === undefined) return text
    const worker = resolve(dirname(path), target)
    if (!built.has(worker)) built.set(worker, buildWorker(worker))
    return text.replace(whole, `new URL('./${await built.get(worker)}', import.meta.url)`)
  }

  /** What `path` loads later; modules find each other by relative addresses, in both builds. */
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

    /** Replaces every `import('./x.js')` by what `call` writes for the file of the part that `./x.js` is. */
    async replaceImports(text, path, call) {
      const names = await partsOf(text, path, (name) => `linkPart(${call(name)})`)
      if (names.size === 0) return text
      return CALLED + text.replace(IMPORT_CALL, (whole) => names.get(whole) ?? whole)
    },

    external: nested,
  }
}

/** Leaves the imports of finished parts as they are. */
const nested = {
  name: 'finished-parts',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/.*-[0-9a-f]{8}\.js$/ }, ({ path }) => ({ path, external: true }))
  },
}

// One line with the first of the source, so that its lines keep their numbers.
const CALLED =
  `import { linkPart } from '${sourceFolder}view/dialog/link-part.ts';` +
  `import { importPart } from '${sourceFolder}script/import-part.ts';`
// Types say `typeof import('…')`.
const IMPORT_CALL = /(?<!typeof )\bimport\('(\.[^']+)\.js'\)/g

const WORKER_ADDRESS = /new URL\('(\.[^']+-worker)\.js', import\.meta\.url\)/

/** Takes modules that the view has from what it gives. */
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

/** A part's module as a function of the shared modules; `esbuild` writes imports first and all exports at the end. */
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

/** Reads which names of which modules the view shares: module below `src`, or package, to names. */
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
