/** A server in this process, from listening to the end of its last request. @module */

import { createMediaServer, type MediaServer, type ServerConfig } from '@countersign/server'
import { UsageError } from './usage-error.js'

/** How long a stop announces itself before it stops accepting, and how long running requests may take, in milliseconds. */
const ANNOUNCE_MS = 5000
const FINISH_MS = 30_000

/**
 * Start a server and listen.
 * @throws UsageError when the port is taken, naming the port and the variable that changes it.
 */
export async function startServer(config: ServerConfig): Promise<MediaServer> {
  // Keys and uploads are the operator's alone.
  process.umask(0o077)
  const server = await createMediaServer({ config })
  try {
    await server.listen({ host: config.host, port: config.port })
    return server
  } catch (error) {
    await server.close()
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw new UsageError(`port ${config.port} of ${config.host} is taken. Set PORT to another one.`)
  }
}

/**
 * Stop on signals. `serve`'s SIGTERM is graceful: not ready at once, no new connections after five seconds, thirty for what runs.
 * Ctrl-C, and any signal in `dev`, stop at once: unfinished uploads are dropped, nothing acknowledged is lost.
 */
export function stopOnSignals(server: MediaServer, { isGraceful }: { isGraceful: boolean }): void {
  let signals = 0
  async function stop(announceMs: number): Promise<void> {
    signals += 1
    if (signals > 1) process.exit(1)
    server.readiness.isStopping = true
    if (announceMs > 0) await delay(announceMs)
    if (announceMs === 0) server.server.closeAllConnections()
    const finished = server.close().then(() => process.exit(0))
    await Promise.race([finished, delay(FINISH_MS)])
    process.exit(0)
  }
  process.on('SIGINT', () => void stop(0))
  process.on('SIGTERM', () => void stop(isGraceful ? ANNOUNCE_MS : 0))
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (err: unknown) => {
      server.log.fatal({ err }, event)
      process.exitCode = 1
      server.close().finally(() => process.exit(1))
    })
  }
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
