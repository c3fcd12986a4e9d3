/** Checks who imports whom, and who reads the environment. @module */

import { readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join, posix } from 'node:path'
import { isMain } from './is-main.mjs'
import { listFiles, listPackages } from './repository.mjs'

/** What each package may import of ours. A name without a subpath allows every entry point of that package. */
const ARROWS = new Map([
  ['protocol', []],
  ['endpoint', ['protocol']],
  ['server', ['protocol']],
  [
    'widget',
    [
      'protocol/params',
      'protocol/limits',
      'protocol/media-types',
      'protocol/media-types/names',
      'protocol/errors',
      'protocol/transformation',
    ],
  ],
  ['react', ['widget', 'protocol/transformation']],
  ['cli', ['server', 'endpoint', 'protocol']],
])

/** Inside the packages: files below `from` never import files below any of `never`. */
const LAYERS = [
  // Shared folders and contracts import no feature. `services.ts` and `media-server.ts` put the features together.
  {
    package: 'server',
    from: ['access/', 'audit/', 'catalog/', 'http/', 'jobs/', 'params/', 'remote/', 'storage/'],
    never: [
      'admin/',
      'archives/',
      'assets/',
      'delivery/',
      'inspection/',
      'notifications/',
      'presets/',
      'structured-metadata/',
      'upkeep/',
      'upload/',
      'widget-script/',
    ],
  },
  { package: 'server', from: ['assets/'], never: ['archives/', 'upload/'] },
  {
    package: 'server',
    from: ['delivery/'],
    never: ['archives/', 'assets/', 'inspection/', 'upload/'],
  },
  {
    package: 'server',
    from: ['inspection/', 'notifications/'],
    never: ['archives/', 'assets/', 'upload/'],
  },
  {
    package: 'server',
    from: ['structured-metadata/'],
    never: ['archives/', 'assets/', 'presets/', 'upload/'],
  },
  { package: 'server', from: ['catalog/sqlite/'], never: ['storage/disk/'] },
  { package: 'server', from: ['storage/disk'], never: ['storage/s3'] },
  { package: 'server', from: ['storage/s3'], never: ['storage/disk'] },
  { package: 'server', from: ['catalog/sqlite'], never: ['catalog/postgres'] },
  { package: 'server', from: ['catalog/postgres'], never: ['catalog/sqlite'] },
  { package: 'widget', from: ['core/'], never: ['view/'] },
]

/** Libraries that a package's entries must not load, however far away: what opens strangers' bytes has a process of its own. */
const CONFINED = [
  { package: 'server', library: 'sharp', entries: ['index.ts', 'collect.ts', 'catalog-entry.ts'] },
]

/** Where the environment may be read: a whole package, or one file name of a package. */
const ENVIRONMENT_READERS = [
  { package: 'cli', file: null },
  { package: 'server', file: 'config.ts' },
  { package: 'react', file: 'config.ts' },
  { package: 'endpoint', file: 'keys-from-env.ts' },
]

/** Files of the server that may ask a socket for its other end; every other reads `request.client`. */
const ADDRESS_READERS = ['http/client-address.ts', 'remote/dialler.ts']

const NODE_PACKAGES = ['server', 'cli']
const BUILTINS = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]))

/**
 * @typedef {object} SourceFile
 * @property {string} owner Folder of its package, such as `server`.
 * @property {string} name Path below the package's `src/`.
 * @property {string} code Its text without comments.
 * @property {readonly string[]} imports Module names as written.
 * @property {readonly string[]} loads The same without the imports of types, which nothing loads.
 */

/**
 * Check every source file of every package.
 *
 * @returns {Promise<string[]>} One sentence for each problem.
 */
export async function checkBoundaries() {
  return boundaryProblems(readSources())
}

/**
 * What is wrong with these files.
 *
 * @param {readonly SourceFile[]} files
 * @returns {string[]}
 */
export function boundaryProblems(files) {
  const shipped = files.filter(({ name }) => !/\.test\.tsx?$/.test(name))
  return [
    ...files.flatMap(reachingProblems),
    ...shipped.flatMap((file) => [
      ...arrowProblems(file),
      ...layerProblems(file),
      ...nodeProblems(file),
      ...environmentProblems(file),
      ...addressProblems(file),
    ]),
    ...cycleProblems(shipped),
    ...confinedProblems(shipped),
  ]
}

/**
 * A file's text as the checks look at it.
 *
 * @param {string} owner
 * @param {string} name
 * @param {string} text
 * @returns {SourceFile}
 */
export function toSourceFile(owner, name, text) {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1')
  const pattern =
    /(?:^|[\s;}])(?:import|export)\b[^'"`;()]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\s*\(\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s+['"]([^'"]+)['"]/g
  const found = [...code.matchAll(pattern)].map((match) => ({
    target: match[1] ?? match[2] ?? match[3] ?? '',
    isType: /^\W*(import|export)\s+type\b/.test(match[0]),
  }))
  const imports = found.map(({ target }) => target)
  const loads = found.filter(({ isType }) => !isType).map(({ target }) => target)
  return { owner, name, code, imports, loads }
}

function readSources() {
  return listPackages().flatMap(({ folder, path }) =>
    listFiles(join(path, 'src'), (name) => /\.tsx?$/.test(name)).map((name) =>
      toSourceFile(folder, name, readFileSync(join(path, 'src', name), 'utf8')),
    ),
  )
}

/** @param {SourceFile} file */
function reachingProblems(file) {
  return file.imports
    .filter(
      (name) => /^@?countersign\/?[^/]*\/(src|dist)\//.test(name) || leavesPackage(file, name),
    )
    .map((name) => `${pathOf(file)} reaches into another package: ${name}`)
}

/**
 * @param {SourceFile} file
 * @param {string} name
 */
function leavesPackage(file, name) {
  const target = posix.join('src', posix.dirname(file.name), name)
  return name.startsWith('.') && target.startsWith('../')
}

/** @param {SourceFile} file */
function arrowProblems(file) {
  const allowed = ARROWS.get(file.owner) ?? []
  return file.imports
    .filter((name) => name === 'countersign' || name.startsWith('@countersign/'))
    .map((name) => name.replace('@countersign/', ''))
    .filter((name) => name !== file.owner || file.owner === 'cli')
    .filter((name) => !allowed.some((arrow) => name === arrow || name.startsWith(`${arrow}/`)))
    .map((name) => `${pathOf(file)} may not import @countersign/${name} (see "The parts" in docs)`)
}

/** @param {SourceFile} file */
function layerProblems(file) {
  return LAYERS.filter(
    (layer) =>
      layer.package === file.owner && layer.from.some((prefix) => file.name.startsWith(prefix)),
  ).flatMap((layer) =>
    siblingsOf(file, file.imports)
      .filter((target) => layer.never.some((prefix) => target.startsWith(prefix)))
      .map((target) => `${pathOf(file)} may not import ${target}: wrong direction`),
  )
}

/** @param {SourceFile} file */
function nodeProblems(file) {
  if (NODE_PACKAGES.includes(file.owner) || /\.node\.tsx?$/.test(file.name)) return []
  return file.imports
    .filter((name) => BUILTINS.has(name) || name.startsWith('node:'))
    .map((name) => `${pathOf(file)} may not import ${name}: only server, cli and *.node.ts may`)
}

/** @param {SourceFile} file */
function environmentProblems(file) {
  const mayRead = ENVIRONMENT_READERS.some(
    (reader) =>
      reader.package === file.owner &&
      (reader.file === null || posix.basename(file.name) === reader.file),
  )
  if (mayRead || !/\bprocess\??\.env\b|\bimport\.meta\.env\b/.test(file.code)) return []
  return [
    `${pathOf(file)} may not read the environment: only config.ts, keys-from-env.ts and cli may`,
  ]
}

/** @param {SourceFile} file */
function addressProblems(file) {
  if (file.owner !== 'server' || ADDRESS_READERS.includes(file.name)) return []
  const found = /\brequest\.ips?\b|\bremoteAddress\b/.exec(file.code)?.[0]
  return found
    ? [`${pathOf(file)} may not read ${found}: request.client knows proxies and networks`]
    : []
}

/** @param {readonly SourceFile[]} files */
function cycleProblems(files) {
  const graph = new Map(
    files.map((file) => [
      pathOf(file),
      siblingsOf(file, file.loads).map((name) => `packages/${file.owner}/src/${name}`),
    ]),
  )
  /** @type {Map<string, 'open' | 'done'>} */
  const state = new Map()
  /** @type {string[]} */
  const problems = []
  const visit = (/** @type {string} */ path, /** @type {readonly string[]} */ trail) => {
    if (state.get(path) === 'done') return
    if (state.get(path) === 'open') {
      problems.push(`Import cycle: ${[...trail.slice(trail.indexOf(path)), path].join(' -> ')}`)
      return
    }
    state.set(path, 'open')
    for (const target of graph.get(path) ?? []) visit(target, [...trail, path])
    state.set(path, 'done')
  }
  for (const path of graph.keys()) visit(path, [])
  return problems
}

/** @param {readonly SourceFile[]} files */
function confinedProblems(files) {
  return CONFINED.flatMap(({ package: owner, library, entries }) => {
    const own = new Map(
      files.filter((file) => file.owner === owner).map((file) => [file.name, file]),
    )
    const reached = new Set(entries)
    for (const name of reached) {
      const file = own.get(name)
      for (const next of file ? siblingsOf(file, file.loads) : []) reached.add(next)
    }
    return [...reached]
      .flatMap((name) => own.get(name) ?? [])
      .filter(({ loads }) => loads.includes(library))
      .map((file) => `${pathOf(file)} loads ${library} and is reached from ${entries.join(' or ')}`)
  })
}

/**
 * Those of some imports that are files of the same package, as paths below `src/`.
 *
 * @param {SourceFile} file
 * @param {readonly string[]} imports
 */
function siblingsOf(file, imports) {
  return imports
    .filter((name) => name.startsWith('.'))
    .map((name) => posix.join(posix.dirname(file.name), name))
    .map((name) => name.replace(/\.js$/, '.ts').replace(/\.jsx$/, '.tsx'))
}

/** @param {SourceFile} file */
function pathOf(file) {
  return `packages/${file.owner}/src/${file.name}`
}

if (isMain(import.meta.url)) {
  const problems = await checkBoundaries()
  for (const problem of problems) console.error(problem)
  process.exitCode = problems.length === 0 ? 0 : 1
}
