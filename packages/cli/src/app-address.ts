/** Compares the media server address in an app's `.env` files with the running server. @module */

import { isLoopback } from './doctor/ask.js'
import { type EnvEntry, readEnvFiles } from './doctor/env-files.js'

/** Files that `next dev` and Vite read in development, highest priority first. */
export const DEVELOPMENT_FILES: readonly string[] = [
  '.env.development.local',
  '.env.local',
  '.env.development',
  '.env',
]

/** Matches `NEXT_PUBLIC_COUNTERSIGN_URL`, `COUNTERSIGN_URL`, and the same name with another bundler's prefix. */
const ADDRESS_NAME = /^(?:[A-Z]+_)*COUNTERSIGN_URL$/

/**
 * Returns a warning if an app's `.env` files name another media server than the one at `address`, with the lines to write instead.
 * Returns `null` if they name this server or none.
 *
 * @param folder Folder of the app.
 * @param address Address of the running server, such as `http://127.0.0.1:8787`.
 */
export async function otherAddressWarning(folder: string, address: string): Promise<string | null> {
  const env = await readEnvFiles(folder, DEVELOPMENT_FILES)
  const names = [...new Set(env.entries.map(({ name }) => name))]
  const wrong = names
    .filter((name) => ADDRESS_NAME.test(name))
    .flatMap((name) => env.find(name) ?? [])
    .filter(({ value }) => !isSameServer(value, address))
  const [first] = wrong
  if (first === undefined) return null
  const isOne = wrong.length === 1
  return `${wrong.map(describe).join('\n')}
The app uploads there, not to this server. Change the ${isOne ? 'line' : 'lines'}, and restart the app:

${wrong.map(({ name }) => `  ${name}=${address}`).join('\n')}
`
}

// Prints the origin and path only, because an address may contain a password.
function describe({ file, name, value }: EnvEntry): string {
  const url = URL.canParse(value) ? new URL(value) : null
  return `${file} names another address: ${name} is ${url ? `${url.origin}${url.pathname.replace(/\/$/, '')}` : 'not an address'}`
}

/** Returns true if both addresses lead to the same server. All loopback names count as equal if the port is equal. */
function isSameServer(value: string, address: string): boolean {
  if (!URL.canParse(value)) return false
  const [named, running] = [new URL(value), new URL(address)]
  if (named.origin === running.origin) return true
  return isLoopback(named) && isLoopback(running) && named.port === running.port
}
