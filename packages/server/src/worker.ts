/** Creates a worker: runs the jobs and the upkeep of a data folder, without an HTTP server. @module */

import Fastify, { type FastifyBaseLogger } from 'fastify'
import { startBackground } from './background.js'
import { openServices } from './open-services.js'
import { publicUrlOf } from './public-url.js'
import type { MediaServerOptions } from './server-options.js'
import type { Services } from './services.js'
import { lockForWorker } from './storage/disk/data-locks.js'

/** A running worker. */
export interface Worker {
  readonly services: Services
  readonly log: FastifyBaseLogger
  /** Waits up to 20 seconds for running jobs, gives the others back, and closes the stores. */
  close(): Promise<void>
}

/**
 * Creates a worker. It shares the data folder with a server and with other workers, and looks for jobs every second.
 * @throws MediaError CONFIG_INVALID when keys conflict; Error when the catalog cannot be opened or is not durable.
 */
export async function createWorker(options: MediaServerOptions): Promise<Worker> {
  const { config, logStream } = options
  // Fastify's logger, so that the lines look like those of a server. The instance never listens.
  const { log } = Fastify({
    logger: { level: config.logLevel, ...(logStream ? { stream: logStream } : {}) },
  })
  const lock = await lockForWorker(config)
  const publicUrl = publicUrlOf(config)
  const { close, ...parts } = await openServices(options, {
    log,
    publicUrl: () => publicUrl,
  }).catch((error) => {
    lock.release()
    throw error
  })
  const services: Services = { ...parts, wakeOutbox: (topics) => background.outbox.wake(topics) }
  const background = startBackground(services, options)
  log.info({ keys: services.keys.size }, 'worker started')
  return {
    services,
    log,
    async close() {
      await background.close()
      await close()
      lock.release()
    },
  }
}
