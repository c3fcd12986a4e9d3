/** A server in this process, from listening to the end of its last request. @module */

import {
  createMediaServer,
  type MediaServer,
  type MediaServerOptions,
  type ServerConfig,
} from '@countersign/server'
import { UsageError } from './usage-error.js'

/** How long a stop announces itself before it stops accepting, and how long running requests may take, in milliseconds. */
const ANNOUNCE_MS = 5000
const FINISH_MS = 30_000

/**
 * Start a server and listen.
 * @throws UsageError when the port is taken, naming the port and the variable that changes it.
 */
export async function startServer(
  config: ServerConfig,
  options: Omit<MediaServerOptions, 'config'> = {},
): Promise<MediaServer> {
  const server = await createMediaServer({ ...options, config })
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
 * Ctrl-C, and any signal in `dev`, stop at once: unfinished uploads are dropped, nothing acknowledged is lost. A second signal ends with 1.
 * An error that nobody caught stops it too, since its state is unknown then: what runs may finish, nothing new begins, and it ends with 1.
 */
export function stopOnSignals(server: MediaServer, { isGraceful }: { isGraceful: boolean }): void {
  let isStopping = false
  function onSignal(announceMs: number): void {
    if (isStopping) process.exit(1)
    isStopping = true
    void stop(server, { announceMs, dropsRequests: announceMs === 0, exitCode: 0 })
  }
  process.on('SIGINT', () => onSignal(0))
  process.on('SIGTERM', () => onSignal(isGraceful ? ANNOUNCE_MS : 0))
  let isBroken = false
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (err: unknown) => {
      server.log.fatal({ err }, event)
      if (isBroken) return
      isBroken = true
      isStopping = true
      void stop(server, { announceMs: 0, dropsRequests: false, exitCode: 1 })
    })
  }
}

interface StopOptions {
  readonly announceMs: number
  readonly dropsRequests: boolean
  readonly exitCode: number
}

async function stop(server: MediaServer, options: StopOptions): Promise<void> {
  process.exitCode = options.exitCode
  server.readiness.isStopping = true
  if (options.announceMs > 0) await delay(options.announceMs)
  if (options.dropsRequests) server.server.closeAllConnections()
  const closed = server.close().catch((err) => server.log.error({ err }, 'closing failed'))
  await Promise.race([closed, delay(FINISH_MS)])
  // Whoever broke down while it was stopping has had the last word.
  process.exit()
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
