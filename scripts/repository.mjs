/** Paths and files of this repository. @module */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Absolute path of the repository's root. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))

/**
 * Folder for data that the scripts keep between runs. It is deleted together with `node_modules`.
 */
export const CACHE = join(ROOT, 'node_modules', '.cache', 'countersign')

/**
 * @typedef {object} WorkspacePackage
 * @property {string} folder Folder name below `packages/`.
 * @property {string} path Absolute path.
 * @property {any} manifest The parsed `package.json`.
 */

/**
 * Returns all packages below `packages/`, sorted by folder name.
 *
 * @returns {WorkspacePackage[]}
 */
export function listPackages() {
  return readdirSync(join(ROOT, 'packages'))
    .sort()
    .map((folder) => ({ folder, path: join(ROOT, 'packages', folder) }))
    .filter(({ path }) => existsSync(join(path, 'package.json')))
    .map(({ folder, path }) => ({ folder, path, manifest: readJson(join(path, 'package.json')) }))
}

/**
 * Reads and parses a JSON file.
 *
 * @param {string} path
 * @returns {any}
 */
export function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}

/**
 * Returns the files below a folder as sorted relative paths, without generated and installed files.
 *
 * @param {string} folder Absolute path. A missing folder has no files.
 * @param {(name: string) => boolean} [accepts] Returns true for the relative paths to include.
 * @param {readonly string[]} [skipped] Folder names to skip.
 * @returns {string[]}
 */
export function listFiles(folder, accepts = () => true, skipped = GENERATED_FOLDERS) {
  if (!existsSync(folder)) return []
  /** @type {string[]} */
  const found = []
  const visit = (/** @type {string} */ prefix) => {
    for (const entry of readdirSync(join(folder, prefix), { withFileTypes: true })) {
      const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`
      if (entry.isDirectory() && !skipped.includes(entry.name)) visit(name)
      else if (entry.isFile() && accepts(name)) found.push(name)
    }
  }
  visit('')
  return found.sort()
}

/** Folders with installed or generated files. */
export const GENERATED_FOLDERS = [
  'node_modules',
  'dist',
  '.next',
  '.git',
  '.artifacts',
  '.countersign',
]
