/** Serves `/health` (the process runs) and `/ready` (database and storage answer). @module */

import { MediaError } from '@countersign/protocol/errors'
import type { FastifyInstance } from 'fastify'
import type { Services } from '../services.js'

/** Time for which a probe's result is reused, in milliseconds. */
const PROBE_LIFE_MS = 2000

/** Timeout of a probe, in milliseconds. */
const PROBE_LIMIT_MS = 2000

/** Shows whether a load balancer may send new requests. */
export interface Readiness {
  /** True after a stop was announced. `/ready` then fails, and everything else still works. */
  isStopping: boolean
  /** True while the server stops. Running requests finish, and new uploads are refused. */
  isDraining: boolean
}

/** Registers both routes. Requests at the same time share one probe. */
export function registerHealth(
  app: FastifyInstance,
  services: Services,
  readiness: Readiness,
): void {
  let probe: { startedAt: number; outcome: Promise<string | null> } | undefined
  app.get('/health', () => ({ status: 'ok' }))
  app.get('/ready', async (_request, reply) => {
    const now = services.now()
    if (!probe || now - probe.startedAt > PROBE_LIFE_MS) {
      probe = { startedAt: now, outcome: probeAll(services) }
    }
    const reason = readiness.isStopping ? 'stopping' : await probe.outcome
    if (reason === null) return { status: 'ok' }
    return reply.code(503).send({ status: 'unavailable', reason })
  })
}

async function probeAll(services: Services): Promise<string | null> {
  const names = ['keys', 'database', 'storage', 'space'] as const
  const outcomes = await Promise.allSettled([
    assertKeys(services),
    inTime(services.catalog.probe()),
    inTime(services.blobs.probe()),
    inTime(services.freeSpace.assertRoom()),
  ])
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.status === 'fulfilled') continue
    services.log.error({ err: outcome.reason, probe: names[index] }, 'not ready')
    return names[index] ?? null
  }
  return null
}

async function assertKeys({ keys }: Services): Promise<void> {
  if (keys.size === 0) throw new MediaError('CONFIG_INVALID', { message: 'there is no key' })
}

async function inTime(probe: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), PROBE_LIMIT_MS)
  })
  await Promise.race([probe, late]).finally(() => clearTimeout(timer))
}
