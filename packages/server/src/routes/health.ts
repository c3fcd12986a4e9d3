/** `/health` (the process lives) and `/ready` (database and storage answer). @module */

import type { FastifyInstance } from 'fastify'
import type { Services } from '../services.js'

/** How long a probe's result is kept, in milliseconds. */
const PROBE_LIFE_MS = 2000

/** Whether the server may be sent new requests; stopping turns it off. */
export interface Readiness {
  isStopping: boolean
}

/** Register both. One probe runs at a time, however many ask. */
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
  const names = ['database', 'storage', 'space'] as const
  const outcomes = await Promise.allSettled([
    services.catalog.probe(),
    services.blobs.probe(),
    services.freeSpace.assertRoom(),
  ])
  const failed = outcomes.findIndex(({ status }) => status === 'rejected')
  if (failed < 0) return null
  services.log.error({ err: Object(outcomes[failed]).reason, probe: names[failed] }, 'not ready')
  return names[failed] ?? null
}
