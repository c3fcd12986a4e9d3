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
 * Stops the server on signals, also on those that arrive while it starts.
 *
 * - SIGTERM in `serve` stops gracefully: `/ready` fails at once, new connections are refused after 5 seconds, and running requests
 *   get 30 seconds.
 * - SIGINT, and any signal in `dev`, stop at once and drop unfinished uploads. Acknowledged uploads are stored already.
 * - A second signal ends the process with exit code 1.
 * - An uncaught error stops the server too, with exit code 1, because its state is unknown. Running requests may finish.
 */
export function stopOnSignals(
  starting: Promise<MediaServer>,
  { isGraceful }: { isGraceful: boolean },
): void {
  endOnSignals(starting, (server, reason) => {
    const announceMs = reason === 'SIGTERM' && isGraceful ? ANNOUNCE_MS : 0
    const dropsRequests = reason !== 'error' && announceMs === 0
    return stop(server, { announceMs, dropsRequests })
  })
}

/**
 * Ends the process after a signal or an uncaught error, when `close` is done or after its time. A second signal ends it at once with exit
 * code 1. After an uncaught error the exit code is 1, too. A signal during the start ends the process as soon as the program has started.
 */
export function endOnSignals<Program extends Pick<MediaServer, 'log'>>(
  starting: Promise<Program>,
  close: (program: Program, reason: 'SIGINT' | 'SIGTERM' | 'error') => Promise<void>,
): void {
  let isStopping = false
  async function end(reason: 'SIGINT' | 'SIGTERM' | 'error'): Promise<void> {
    isStopping = true
    process.exitCode = reason === 'error' ? 1 : 0
    // The command reports a failed start, and ends the process.
    const program = await starting.catch(() => null)
    if (program === null) return
    await close(program, reason).catch((err) => program.log.error({ err }, 'closing failed'))
    // `process.exitCode` is 1 if an uncaught error occurred, also during the stop.
    process.exit()
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (isStopping) process.exit(1)
      void end(signal)
    })
  }
  void starting.then(
    ({ log }) => endOnErrors(log, () => void end('error')),
    () => {},
  )
}

function endOnErrors(log: MediaServer['log'], end: () => void): void {
  let isBroken = false
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (err: unknown) => {
      log.fatal({ err }, event)
      if (isBroken) return
      isBroken = true
      end()
    })
  }
}

/** Resolves when the work is done, or when running requests and jobs have had their time. */
export async function withinFinishTime(closed: Promise<void>): Promise<void> {
  await Promise.race([closed, delay(FINISH_MS)])
}

async function stop(
  server: MediaServer,
  options: { readonly announceMs: number; readonly dropsRequests: boolean },
): Promise<void> {
  server.readiness.isStopping = true
  if (options.announceMs > 0) await delay(options.announceMs)
  if (options.dropsRequests) server.server.closeAllConnections()
  await withinFinishTime(server.close())
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
