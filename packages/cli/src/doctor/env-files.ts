/** The `.env` files of an app, as Next reads them and as they are written. @module */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** One line of an environment file. */
export interface EnvEntry {
  readonly name: string
  /** The value as the app gets it: quotes off, comment off. */
  readonly value: string
  /** The value as it is written. */
  readonly written: string
  readonly file: string
}

/** Every variable of every file. */
export interface EnvFiles {
  /** Names of the files found, first to win first. */
  readonly files: readonly string[]
  /** Names of files that are there and cannot be read. */
  readonly unreadable: readonly string[]
  readonly entries: readonly EnvEntry[]
  /** The entry that wins; an empty value is none. */
  readonly find: (name: string) => EnvEntry | undefined
}

/** The files, first to win first. */
export const ENV_FILE_NAMES: readonly string[] = [
  '.env.development.local',
  '.env.production.local',
  '.env.local',
  '.env.development',
  '.env.production',
  '.env',
]

/** Read the files of a folder; those that are not there are left out. */
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

/** What the report calls the variables of the shell. */
export const ENVIRONMENT = 'the environment'

/** Adds the variables of the shell, for an app that has no `.env` file: in production and in CI. Returns the files as they are where none is set. */
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

/** What an app of ours reads, and what bundlers copy into pages. */
const APP_VARIABLE =
  /^(CLOUDINARY_|COUNTERSIGN_(?!ADMIN_)|NEXT_PUBLIC_|VITE_|PUBLIC_|EXPO_PUBLIC_|REACT_APP_)/

/** The entries of one file's text. */
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
  // In one file the last line wins; among files the first.
  return named.findLast((entry) => entry.file === first?.file)
}
