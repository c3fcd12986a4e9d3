/** Tells whether something built is still up to date, by the content of what it was built from. @module */

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { listFiles } from './repository.mjs'

/**
 * Digest of files and whole folders: names and content.
 *
 * @param {readonly string[]} paths Absolute paths; what does not exist counts as absent.
 * @param {(name: string) => boolean} [accepts] Which files of a folder count, by path relative to it.
 * @returns {string} hex, 64 chars
 */
export function fingerprint(paths, accepts) {
  const hash = createHash('sha256')
  for (const path of paths) {
    if (!existsSync(path)) hash.update(`absent ${path}\n`)
    else if (statSync(path).isFile()) hash.update(`${path}\n`).update(readFileSync(path))
    else {
      for (const name of listFiles(path, accepts)) {
        hash.update(`${path}/${name}\n`).update(readFileSync(join(path, name)))
      }
    }
  }
  return hash.digest('hex')
}

/**
 * Whether the stamp holds this fingerprint.
 *
 * @param {string} stampPath
 * @param {string} expected
 * @returns {boolean}
 */
export function isStamped(stampPath, expected) {
  return existsSync(stampPath) && readFileSync(stampPath, 'utf8') === expected
}

/**
 * Remember a fingerprint.
 *
 * @param {string} stampPath
 * @param {string} value
 */
export function writeStamp(stampPath, value) {
  mkdirSync(dirname(stampPath), { recursive: true })
  writeFileSync(stampPath, value)
}
