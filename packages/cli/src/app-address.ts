/** Compares the media server that an app's `.env` files name with the one that runs. @module */

import { isLoopback } from './doctor/ask.js'
import { type EnvEntry, readEnvFiles } from './doctor/env-files.js'

/** What `next dev` and Vite read in development, first to win first. */
export const DEVELOPMENT_FILES: readonly string[] = [
  '.env.development.local',
  '.env.local',
  '.env.development',
  '.env',
]

/** `NEXT_PUBLIC_COUNTERSIGN_URL`, `COUNTERSIGN_URL`, and the same name under another bundler's prefix. */
const ADDRESS_NAME = /^(?:[A-Z]+_)*COUNTERSIGN_URL$/

/**
 * Returns the warning for an app whose `.env` files name another media server than the one at `address`, with the lines to write instead;
 * `null` where they name this server or none.
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

// An address may carry a password.
function describe({ file, name, value }: EnvEntry): string {
  const url = URL.canParse(value) ? new URL(value) : null
  return `${file} names another address: ${name} is ${url ? `${url.origin}${url.pathname.replace(/\/$/, '')}` : 'not an address'}`
}

/** Every name of this machine is the same server, if the port is the same. */
function isSameServer(value: string, address: string): boolean {
  if (!URL.canParse(value)) return false
  const [named, running] = [new URL(value), new URL(address)]
  if (named.origin === running.origin) return true
  return isLoopback(named) && isLoopback(running) && named.port === running.port
}
