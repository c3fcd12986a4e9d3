/** `/health` (the process lives) and `/ready` (database and storage answer). @module */

import { MediaError } from '@countersign/protocol/errors'
import type { FastifyInstance } from 'fastify'
import type { Services } from '../services.js'

/** How long a probe's result is kept, in milliseconds. */
const PROBE_LIFE_MS = 2000

/** A probe that has not answered within this has failed, in milliseconds. */
const PROBE_LIMIT_MS = 2000

/** Whether the server may be sent new requests. */
export interface Readiness {
  /** A stop was announced: `/ready` says so, everything still works. */
  isStopping: boolean
  /** No more connections are accepted: what runs may finish, an upload that begins is sent elsewhere. */
  isDraining: boolean
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
  const names = ['keys', 'database', 'storage', 'space'] as const
  const outcomes = await Promise.allSettled([
    assertKeys(services),
    inTime(services.catalog.probe()),
    inTime(services.blobs.probe()),
    inTime(services.freeSpace.assertRoom()),
  ])
  const failed = outcomes.findIndex(({ status }) => status === 'rejected')
  if (failed < 0) return null
  services.log.error({ err: Object(outcomes[failed]).reason, probe: names[failed] }, 'not ready')
  return names[failed] ?? null
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
