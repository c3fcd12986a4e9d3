/** Checks imports between packages and layers, and which files read the environment. @module */

import { readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join, posix } from 'node:path'
import {
  ADDRESS_READERS,
  ARROWS,
  CONFINED,
  ENVIRONMENT_READERS,
  LAYERS,
  MAX_FILE_LINES,
  MAX_FOLDER_FILES,
  TABLES,
} from './boundary-rules.mjs'
import { cycleProblems, folderCycleProblems, pathOf, siblingsOf } from './import-cycles.mjs'
import { isMain } from './is-main.mjs'
import { listFiles, listPackages } from './repository.mjs'

const NODE_PACKAGES = ['server', 'cli']
const BUILTINS = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]))

/**
 * @typedef {object} SourceFile
 * @property {string} owner Folder of the package, such as `server`.
 * @property {string} name Path relative to the package's `src/`.
 * @property {string} code Text without comments.
 * @property {number} lines Number of lines, including comments.
 * @property {readonly string[]} imports Imported module names, as written.
 * @property {readonly string[]} loads Imported module names without type imports, which are not loaded at run time.
 */

/**
 * Checks all source files of all packages.
 *
 * @returns {Promise<string[]>} One sentence for each problem.
 */
export async function checkBoundaries() {
  return boundaryProblems(readSources())
}

/**
 * Checks the given files.
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
    ...folderCycleProblems(shipped),
    ...sizeProblems(shipped),
    ...confinedProblems(shipped),
  ]
}

/**
 * Parses a file for the checks.
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
  return { owner, name, code, lines: text.split('\n').length - 1, imports, loads }
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
function sizeProblems(files) {
  /** @type {Map<string, SourceFile[]>} */
  const folders = new Map()
  for (const file of files) {
    const folder = posix.dirname(pathOf(file))
    folders.set(folder, [...(folders.get(folder) ?? []), file])
  }
  return [
    ...[...folders]
      .filter(([, inside]) => inside.length > MAX_FOLDER_FILES)
      .map(
        ([folder, inside]) => `${folder} has ${inside.length} files: at most ${MAX_FOLDER_FILES}`,
      ),
    ...files
      .filter((file) => file.lines > MAX_FILE_LINES && !TABLES.includes(pathOf(file)))
      .map((file) => `${pathOf(file)} has ${file.lines} lines: at most ${MAX_FILE_LINES}`),
  ]
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

if (isMain(import.meta.url)) {
  const files = readSources()
  const problems = boundaryProblems(files)
  for (const problem of problems) console.error(problem)
  const imports = files.reduce((sum, file) => sum + file.imports.length, 0)
  if (problems.length === 0)
    console.log(
      `${files.length} files with ${imports} imports: no cycle between files or folders, no arrow in a wrong direction, no folder over ${MAX_FOLDER_FILES} files, no file over ${MAX_FILE_LINES} lines`,
    )
  process.exitCode = problems.length === 0 ? 0 : 1
}
