/** Where things are in this repository. @module */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Absolute path of the repository's root. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))

/** Folder for what the scripts remember between runs; it goes with `node_modules`. */
export const CACHE = join(ROOT, 'node_modules', '.cache', 'countersign')

/**
 * @typedef {object} WorkspacePackage
 * @property {string} folder Folder name below `packages/`.
 * @property {string} path Absolute path.
 * @property {any} manifest The parsed `package.json`.
 */

/**
 * Every package below `packages/`, by folder name.
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
 * Read and parse a JSON file.
 *
 * @param {string} path
 * @returns {any}
 */
export function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}

/**
 * Files below a folder, as paths relative to it, sorted; what is generated or installed is left out.
 *
 * @param {string} folder Absolute path; a folder that does not exist has no files.
 * @param {(name: string) => boolean} [accepts] Whether a file of this relative path counts.
 * @param {readonly string[]} [skipped] Folder names not to enter.
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

/** Folders that hold what was installed or generated. */
export const GENERATED_FOLDERS = [
  'node_modules',
  'dist',
  '.next',
  '.git',
  '.artifacts',
  '.countersign',
]
