/**
 * `countersign notifications list|replay`: lists pending and dead notifications, and sends them
 * again. @module
 */

import { parseArgs } from 'node:util'
import type { EventState, ListedEvent } from '@countersign/server/catalog'
import { withAuditedCatalog, withCatalog } from '../open-catalog.js'
import { layOutTable } from '../table.js'
import { UsageError } from '../usage-error.js'

const MAX_LISTED = 500

/** Lists notifications, or enqueues them again. */
export async function notifications([verb, ...args]: readonly string[]): Promise<void> {
  if (verb === 'list') return list(args)
  if (verb === 'replay') return replay(args)
  throw new UsageError('use notifications list or notifications replay')
}

async function list(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { state: { type: 'string' }, cloud: { type: 'string' } },
  })
  const states = readStates(values.state)
  const { cloud } = values
  const listed = await withCatalog((catalog) =>
    Promise.all(
      states.map((state) =>
        catalog.listEvents({
          state,
          maxResults: MAX_LISTED,
          ...(cloud === undefined ? {} : { cloud }),
        }),
      ),
    ),
  )
  const events = listed.flat()
  if (events.length === 0) {
    print(`No notification is ${states.join(' or ')}.\n`)
    return
  }
  print(`${layOutTable([HEADING, ...events.map(toRow)])}\n`)
  if (listed.some((page) => page.length === MAX_LISTED)) {
    print(`Only the first ${MAX_LISTED} of a state are shown.\n`)
  }
}

async function replay(args: readonly string[]): Promise<void> {
  const { values, positionals: eventIds } = parseArgs({
    args: [...args],
    options: { all: { type: 'boolean', default: false }, cloud: { type: 'string' } },
    allowPositionals: true,
  })
  if (values.all === eventIds.length > 0) {
    throw new UsageError('name the notifications by their ids (notifications list), or use --all')
  }
  const { cloud } = values
  const replayed = await withAuditedCatalog({ action: 'notifications replay' }, (catalog) =>
    catalog.replayEvents({
      ...(values.all ? {} : { eventIds }),
      ...(cloud === undefined ? {} : { cloud }),
      now: Date.now(),
    }),
  )
  const missing = eventIds.filter((eventId) => !replayed.includes(eventId))
  if (missing.length > 0) {
    throw new UsageError(
      `${missing.join(', ')}: no sent or dead notification with ${missing.length === 1 ? 'this id' : 'these ids'}${replayed.length > 0 ? '; the others are enqueued' : ''}`,
    )
  }
  print(`${replayed.length} enqueued. A running server sends them within 30 seconds.\n`)
}

const HEADING = ['notification', 'cloud', 'about', 'target', 'state', 'attempts', 'next', 'reason']

function toRow(event: ListedEvent): readonly string[] {
  const { eventId, cloud, topic, payload, target, state, attempts, dueAt, lastFailure } = event
  return [
    eventId,
    cloud,
    topic === 'notification' ? String(payload.type) : topic,
    target === null ? '-' : originOf(target),
    state,
    String(attempts),
    state === 'pending' ? new Date(dueAt).toISOString() : '-',
    lastFailure ?? '-',
  ]
}

// Prints the origin only, because path and query may contain a credential.
function originOf(target: string): string {
  return new URL(target).origin
}

function readStates(text: string | undefined): readonly EventState[] {
  if (text === undefined) return ['dead', 'pending']
  if (text === 'dead' || text === 'pending' || text === 'done') return [text]
  throw new UsageError(`--state ${text}: it is dead, pending or done`)
}

function print(text: string): void {
  process.stdout.write(text)
}
