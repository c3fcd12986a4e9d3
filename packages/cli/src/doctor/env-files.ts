/** Reads the `.env` files of an app as Next does, and keeps the values as written. @module */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** One line of an environment file. */
export interface EnvEntry {
  readonly name: string
  /** Value that the app receives, without quotes and comment. */
  readonly value: string
  /** Value as written in the file. */
  readonly written: string
  readonly file: string
}

/** All variables of all files. */
export interface EnvFiles {
  /** Names of the files found, highest priority first. */
  readonly files: readonly string[]
  /** Names of files that exist but cannot be read. */
  readonly unreadable: readonly string[]
  readonly entries: readonly EnvEntry[]
  /** Returns the entry with the highest priority. Empty values are ignored. */
  readonly find: (name: string) => EnvEntry | undefined
}

/** Names of the environment files, highest priority first. */
export const ENV_FILE_NAMES: readonly string[] = [
  '.env.development.local',
  '.env.production.local',
  '.env.local',
  '.env.development',
  '.env.production',
  '.env',
]

/** Reads the environment files of a folder. Missing files are skipped. */
export async function readEnvFiles(
  folder: string,
  names: readonly string[] = ENV_FILE_NAMES,
): Promise<EnvFiles> {
  const files: string[] = []
  const unreadable: string[] = []
  const entries: EnvEntry[] = []
  for (const name of names) {
    try {
      entries.push(...parseEnv(await readFile(join(folder, name), 'utf8'), name))
      files.push(name)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') unreadable.push(name)
    }
  }
  return { files, unreadable, entries, find: (name) => winner(entries, name) }
}

/** Name of the shell's variables in the report. */
export const ENVIRONMENT = 'the environment'

/**
 * Returns the variables of the shell in place of the files, for an app without `.env` files, such as in production or CI. Returns the
 * files unchanged if the shell has no variable of the app.
 */
export function orEnvironment(
  files: EnvFiles,
  environment: Readonly<Record<string, string | undefined>> = {},
): EnvFiles {
  const entries = Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && APP_VARIABLE.test(name)
      ? [{ name, value, written: value, file: ENVIRONMENT }]
      : [],
  )
  if (entries.length === 0) return files
  return {
    files: [ENVIRONMENT],
    unreadable: files.unreadable,
    entries,
    find: (name) => winner(entries, name),
  }
}

/** Matches variables that an app of ours reads, and variables that bundlers copy into pages. */
const APP_VARIABLE =
  /^(CLOUDINARY_|COUNTERSIGN_(?!ADMIN_)|NEXT_PUBLIC_|VITE_|PUBLIC_|EXPO_PUBLIC_|REACT_APP_)/

/** Parses the text of one file. */
export function parseEnv(text: string, file: string): EnvEntry[] {
  return text.split(/\r\n?|\n/).flatMap((line) => {
    const [, name, rest = ''] = /^\s*(?:export\s+)?([\w.-]+)\s*=(.*)$/.exec(line) ?? []
    if (name === undefined) return []
    const written = rest.trim()
    return [{ name, value: unquoted(written), written, file }]
  })
}

function unquoted(written: string): string {
  const [, quote, inner = ''] = /^(["'`])(.*)\1\s*(?:#.*)?$/.exec(written) ?? []
  if (quote !== undefined) return quote === '"' ? inner.replaceAll('\\n', '\n') : inner
  return written.replace(/(^|\s+)#.*$/, '').trim()
}

function winner(entries: readonly EnvEntry[], name: string): EnvEntry | undefined {
  const named = entries.filter((entry) => entry.name === name && entry.value !== '')
  const [first] = named
  // Within one file the last line wins; among files the first.
  return named.findLast((entry) => entry.file === first?.file)
}
