/** Adds missing variables of `countersign dev` to an app's environment file. @module */

import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { closeToOthers } from '@countersign/server/catalog'
import { DEVELOPMENT_FILES } from '../app-address.js'
import { parseEnv, readEnvFiles } from '../doctor/env-files.js'
import { isMissing, unwritable } from '../file-errors.js'

/** Result of {@link writeEnvLines}. */
export interface WrittenEnvLines {
  /** Names of added variables. */
  readonly added: readonly string[]
  /** Names of variables that already have a value, which is kept. */
  readonly kept: readonly string[]
  /** Names in `kept` whose value differs from the one of `countersign dev`. */
  readonly different: readonly string[]
  /** Previous mode of the file if other users could read the file; it is now closed to them. `null` if it was closed or is new. */
  readonly closedFrom: string | null
}

/**
 * Adds missing variables to an environment file. A new file is readable by its owner only. An existing file is closed to other
 * users, and its lines stay unchanged.
 *
 * @param lines Lines `NAME=value`, as `countersign dev --env` prints them.
 * @throws UsageError if the file is not writable; MediaError CONFIG_INVALID if other users can read the file and this user may not
 *   change that.
 */
export async function writeEnvLines(
  folder: string,
  lines: string,
  envFile: string,
): Promise<WrittenEnvLines> {
  const env = await readEnvFiles(folder, DEVELOPMENT_FILES)
  const wanted = parseEnv(lines, envFile)
  const kept = wanted.filter(({ name }) => env.find(name))
  const added = wanted.filter(({ name }) => !env.find(name))
  const path = join(folder, envFile)
  const closedFrom = await closeToOthers(path)
  if (added.length > 0) {
    await append(
      path,
      added.map(({ name, value }) => `${name}=${value}`),
    )
  }
  return {
    added: added.map(({ name }) => name),
    kept: kept.map(({ name }) => name),
    different: kept
      .filter(({ name, value }) => env.find(name)?.value !== value)
      .map(({ name }) => name),
    closedFrom,
  }
}

async function append(path: string, lines: readonly string[]): Promise<void> {
  const text = `${lines.join('\n')}\n`
  try {
    const before = await readFile(path, 'utf8').catch((error) => {
      if (isMissing(error)) return undefined
      throw error
    })
    if (before === undefined) return await writeFile(path, text, { mode: 0o600, flag: 'wx' })
    await appendFile(path, before === '' || before.endsWith('\n') ? text : `\n${text}`)
  } catch (error) {
    throw unwritable(path, error)
  }
}
