/** Keeps the data folder of `countersign dev` out of git, because it holds secrets. @module */

import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing } from './file-errors.js'

/** Matches the names of files and folders that this project puts into a data folder. */
const OWN_NAMES =
  /^((?:dev|app)\.json|catalog\.db|audit\.jsonl|blobs|staging|derivatives|quarantine|locks|\.gitignore)/
/** `.gitignore` lines for a folder that also holds other files, such as the app itself. */
const OWN_LINES = [
  '/dev.json*',
  '/app.json*',
  '/catalog.db*',
  '/audit.jsonl*',
  '/blobs/',
  '/staging/',
  '/derivatives/',
  '/quarantine/',
  '/locks/',
]
/** Matches a `.gitignore` line that covers `dev.json`. */
const COVERS_DEV_JSON = /^\/?(\*\*?|\*\.json|dev\.json\*?)$/

/** Returns true if a folder holds only files of this project. */
export async function isDataFolder(folder: string): Promise<boolean> {
  return (await readdir(folder)).every((name) => OWN_NAMES.test(name))
}

/**
 * Adds ignore rules to `.gitignore`, unless the rules cover `dev.json` already. In a data folder, everything is ignored; in any other
 * folder, only the files of this project.
 */
export async function ignoreDataFolder(folder: string): Promise<void> {
  const path = join(folder, '.gitignore')
  const text = await readFile(path, 'utf8').catch((error) => {
    if (isMissing(error)) return null
    throw error
  })
  if (text === null) {
    const lines = (await isDataFolder(folder)) ? ['*'] : OWN_LINES
    return writeFile(path, `${lines.join('\n')}\n`, { flag: 'wx' })
  }
  if (text.split(/\r?\n/).some((line) => COVERS_DEV_JSON.test(line.trim()))) return
  const gap = text === '' || text.endsWith('\n') ? '' : '\n'
  await appendFile(path, `${gap}# Data and secrets of countersign dev\n${OWN_LINES.join('\n')}\n`)
}
