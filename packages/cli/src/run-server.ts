/** Starts a server in this process and stops it on signals. @module */

import {
  createMediaServer,
  type MediaServer,
  type MediaServerOptions,
  type ServerConfig,
} from '@countersign/server'
import { UsageError } from './usage-error.js'

/** Time between the announcement of a stop and the last accepted connection, in milliseconds. */
const ANNOUNCE_MS = 5000
/** Time that running requests get to finish, in milliseconds. */
const FINISH_MS = 30_000

/**
 * Creates a server and listens.
 * @throws UsageError if the port is taken, with the port and the variable that changes it.
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
 * Stops the server on signals.
 *
 * - SIGTERM in `serve` stops gracefully: `/ready` fails at once, new connections are refused after 5 seconds, and running requests
 *   get 30 seconds.
 * - SIGINT, and any signal in `dev`, stop at once and drop unfinished uploads. Acknowledged uploads are stored already.
 * - A second signal ends the process with exit code 1.
 * - An uncaught error stops the server too, with exit code 1, because its state is unknown. Running requests may finish.
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
  // `process.exitCode` is 1 if an uncaught error occurred, also during the stop.
  process.exit()
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
