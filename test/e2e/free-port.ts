/** Finds ports for programs that a test starts. @module */

import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { isFree } from '../../scripts/ports.mjs'
import { ROOT, readJson } from '../../scripts/repository.mjs'

/** Folder for files that tests create. Git ignores it. */
export const ARTIFACTS: string = join(ROOT, 'test', '.artifacts')

/**
 * Returns a free port: the last one for this name if that is still free. Addresses are built into the apps, so an unchanged port saves a build.
 *
 * @param name Name of the user of the port; one word.
 */
export async function claimPort(name: string): Promise<number> {
  const path = join(ARTIFACTS, 'ports', `${name}.json`)
  const before: unknown = existsSync(path) ? readJson(path) : null
  if (typeof before === 'number' && (await isFree(before))) return before
  const port = await freePort()
  mkdirSync(join(ARTIFACTS, 'ports'), { recursive: true })
  writeFileSync(path, JSON.stringify(port))
  return port
}

/** Returns a port of 127.0.0.1 on which nothing listens. */
export function freePort(): Promise<number> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port'))
        else resolve(address.port)
      })
    })
  })
}
