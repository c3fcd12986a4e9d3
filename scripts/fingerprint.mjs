/** Detects whether a build is up to date, by the content of its inputs. @module */

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { listFiles } from './repository.mjs'

/**
 * Computes a digest over names and contents of files and folders.
 *
 * @param {readonly string[]} paths Absolute paths. A missing path is recorded as absent.
 * @param {(name: string) => boolean} [accepts] Returns true for the files of a folder to include, by relative path.
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
 * Returns true if a stamp file contains this fingerprint.
 *
 * @param {string} stampPath
 * @param {string} expected
 * @returns {boolean}
 */
export function isStamped(stampPath, expected) {
  return existsSync(stampPath) && readFileSync(stampPath, 'utf8') === expected
}

/**
 * Writes a fingerprint to a stamp file.
 *
 * @param {string} stampPath
 * @param {string} value
 */
export function writeStamp(stampPath, value) {
  mkdirSync(dirname(stampPath), { recursive: true })
  writeFileSync(stampPath, value)
}
