/** `countersign notifications list|replay`: what waits to be told, what was given up, and another attempt. @module */

import { parseArgs } from 'node:util'
import type { EventState, ListedEvent } from '@countersign/server/catalog'
import { withAuditedCatalog, withCatalog } from '../open-catalog.js'
import { layOutTable } from '../table.js'
import { UsageError } from '../usage-error.js'

const MAX_LISTED = 500

/** List notifications, or have them sent again. */
export async function notifications([verb, ...args]: readonly string[]): Promise<void> {
  if (verb === 'list') return list(args)
  if (verb === 'replay') return replay(args)
  throw new UsageError('say notifications list or notifications replay')
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
    throw new UsageError('name the notifications, as notifications list shows them, or say --all')
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
      `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} no notification that was sent or given up${replayed.length > 0 ? '; the others are due now' : ''}`,
    )
  }
  print(`${replayed.length} due now; a running server looks within 30 seconds.\n`)
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

// The rest of an address may be what lets its owner in.
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
