/** Chunk sessions and their parts. @module */

import type { Selectable } from 'kysely'
import type { Catalog } from '../catalog.js'
import type {
  ChunkPart,
  ChunkSession,
  NewSession,
  OpenedSession,
  PartOutcome,
  SessionHolder,
} from '../chunk-session.js'
import type { StoredOutcome } from '../new-upload.js'
import { all, first, type Operation, type Queries, run } from '../operation.js'
import { insertion, statement } from '../statement.js'
import type { PartRow, SessionRow } from '../tables.js'

/** Creates a chunk session, or returns the live one with that owner and client id. Replaces an expired one. */
export function* openSession(queries: Queries, session: NewSession): Operation<OpenedSession> {
  const live = yield* readSession(queries, session)
  if (live) return { outcome: 'opened', session: live }
  yield* dropExpired(queries, session)
  const { address, signatureDigest } = session
  const whose = yield* fullHolder(queries, session)
  if (whose) return { outcome: 'full', whose }
  const row: SessionRow = {
    session_id: session.sessionId,
    cloud: session.cloud,
    owner: session.owner,
    client_id: session.clientId,
    bag_digest: session.bagDigest,
    params: JSON.stringify(session.params),
    public_id: session.publicId,
    total: session.totalBytes,
    result: null,
    outcome: null,
    address,
    signature_digest: signatureDigest,
    created_at: session.now,
    expires_at: session.expiresAt,
  }
  yield* run(insertSession(queries, row))
  return { outcome: 'opened', session: toSession(row, []) }
}

function* dropExpired(queries: Queries, session: NewSession): Operation<void> {
  const { cloud, owner, clientId } = session
  const expired = yield* first(selectSessionId(queries, { cloud, owner, clientId }))
  // No session needs its staging files any more, so the next start of the server deletes them.
  if (expired) yield* destroySession(queries, { cloud, sessionId: expired.session_id })
}

const selectSessionId = statement(
  (queries, query: { cloud: string; owner: string; clientId: string }) =>
    queries
      .selectFrom('sessions')
      .select('session_id')
      .where('cloud', '=', query.cloud)
      .where('owner', '=', query.owner)
      .where('client_id', '=', query.clientId),
)

/** Returns the limit of unfinished sessions that is reached, `undefined` if none is. */
function* fullHolder(queries: Queries, session: NewSession): Operation<SessionHolder | undefined> {
  const { now, cloud, owner, address, signatureDigest } = session
  const holders = [
    ['cloud', { cloud }, session.maxSessions],
    ['address', { address }, session.maxSessionsPerAddress],
    ['key', { cloud, owner }, session.maxSessionsPerKey],
    ['signature', { signature_digest: signatureDigest }, session.maxSessionsPerSignature],
  ] as const
  for (const [whose, holder, max] of holders) {
    if (whose === 'signature' && signatureDigest === null) continue
    if ((yield* countUnfinished(queries, { now, holder })) >= max) return whose
  }
  return undefined
}

type Holder = Partial<Pick<SessionRow, 'cloud' | 'owner' | 'address' | 'signature_digest'>>

function* countUnfinished(
  queries: Queries,
  { now, holder }: { readonly now: number; readonly holder: Holder },
): Operation<number> {
  const row = yield* first(
    queries
      .selectFrom('sessions')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('result', 'is', null)
      .where('expires_at', '>', now)
      .where((eb) => eb.and(holder)),
  )
  return Number(row?.count ?? 0)
}

/** Reads the live chunk session of a client id; without an owner, the newest. */
export function* readSession(
  queries: Queries,
  query: { cloud: string; owner?: string; clientId: string; now: number },
): Operation<ChunkSession | null> {
  const { owner } = query
  const select =
    owner === undefined ? selectNewest(queries, query) : selectOwn(queries, { ...query, owner })
  const row = yield* first(select)
  return row ? toSession(row, yield* partsOf(queries, row.session_id)) : null
}

interface LiveQuery {
  readonly cloud: string
  readonly clientId: string
  readonly now: number
}

function liveSessions(queries: Queries, query: LiveQuery) {
  return queries
    .selectFrom('sessions')
    .selectAll()
    .where('cloud', '=', query.cloud)
    .where('client_id', '=', query.clientId)
    .where('expires_at', '>', query.now)
    .orderBy('created_at', 'desc')
}

const selectNewest = statement((queries, query: LiveQuery) => liveSessions(queries, query))
const selectOwn = statement((queries, query: LiveQuery & { readonly owner: string }) =>
  liveSessions(queries, query).where('owner', '=', query.owner),
)

/** Records a stored part. The outcome is `stored` for a new range, `repeated` for the same range and bytes, else `conflict`. */
export function* addPart(
  queries: Queries,
  query: Parameters<Catalog['addPart']>[0],
): Operation<PartOutcome> {
  const row = yield* first(selectSession(queries, query))
  if (!row || (row.total !== null && query.totalBytes !== null && row.total !== query.totalBytes)) {
    return { outcome: 'conflict' }
  }
  const { part } = query
  const parts = yield* partsOf(queries, query.sessionId)
  const total = query.totalBytes ?? row.total
  const overlapping = parts.filter(
    (other) => other.firstByte <= part.lastByte && part.firstByte <= other.lastByte,
  )
  const held = overlapping[0]
  if (held && overlapping.length === 1 && isSamePart(held, part)) {
    return { outcome: 'repeated', session: toSession({ ...row, total }, parts) }
  }
  const end = Math.max(part.lastByte, ...parts.map((other) => other.lastByte)) + 1
  if (held || (total !== null && end > total)) return { outcome: 'conflict' }
  yield* run(insertPart(queries, toPartRow(query.cloud, query.sessionId, part)))
  // Two parts may arrive at the same time; the smaller one must not shorten the session's life.
  const changes = { total, expires_at: Math.max(Number(row.expires_at), query.expiresAt) }
  yield* run(extendSession(queries, { ...changes, sessionId: query.sessionId }))
  return { outcome: 'stored', session: toSession({ ...row, ...changes }, [...parts, part]) }
}

const selectSession = statement((queries, query: { cloud: string; sessionId: string }) =>
  queries
    .selectFrom('sessions')
    .selectAll()
    .where('cloud', '=', query.cloud)
    .where('session_id', '=', query.sessionId),
)
const extendSession = statement(
  (queries, query: Pick<SessionRow, 'total' | 'expires_at'> & { sessionId: string }) =>
    queries
      .updateTable('sessions')
      .set({ total: query.total, expires_at: query.expires_at })
      .where('session_id', '=', query.sessionId),
)
const insertSession = insertion('sessions', [
  'session_id',
  'cloud',
  'owner',
  'client_id',
  'bag_digest',
  'params',
  'public_id',
  'total',
  'result',
  'outcome',
  'address',
  'signature_digest',
  'created_at',
  'expires_at',
])
const insertPart = insertion('parts', [
  'session_id',
  'cloud',
  'first_byte',
  'last_byte',
  'digest',
  'staging_id',
])

/** Deletes a chunk session and returns its parts, whose staging files can then be deleted. */
export function* destroySession(
  queries: Queries,
  query: { cloud: string; sessionId: string },
): Operation<readonly ChunkPart[]> {
  const parts = yield* partsOf(queries, query.sessionId)
  yield* run(queries.deleteFrom('parts').where('session_id', '=', query.sessionId))
  yield* run(
    queries
      .deleteFrom('sessions')
      .where('cloud', '=', query.cloud)
      .where('session_id', '=', query.sessionId),
  )
  return parts
}

/** Returns up to 100 expired chunk sessions. */
export function* listExpiredSessions(
  queries: Queries,
  query: { now: number },
): Operation<readonly ChunkSession[]> {
  const rows = yield* all(
    queries.selectFrom('sessions').selectAll().where('expires_at', '<=', query.now).limit(100),
  )
  const sessions: ChunkSession[] = []
  for (const row of rows) sessions.push(toSession(row, yield* partsOf(queries, row.session_id)))
  return sessions
}

/** Returns the places of the parts that unfinished chunk sessions need. */
export function* listStagedParts(queries: Queries): Operation<readonly string[]> {
  const rows = yield* all(
    queries
      .selectFrom('parts')
      .innerJoin('sessions', 'sessions.session_id', 'parts.session_id')
      .select('staging_id')
      .where('sessions.result', 'is', null),
  )
  return rows.map((row) => row.staging_id)
}

function* partsOf(queries: Queries, sessionId: string): Operation<readonly ChunkPart[]> {
  const rows = yield* all(selectParts(queries, { sessionId }))
  return rows.map((row) => ({
    firstByte: row.first_byte,
    lastByte: row.last_byte,
    digest: row.digest,
    place: row.staging_id,
  }))
}

const selectParts = statement((queries, query: { sessionId: string }) =>
  queries
    .selectFrom('parts')
    .selectAll()
    .where('session_id', '=', query.sessionId)
    .orderBy('first_byte'),
)

function isSamePart(one: ChunkPart, other: ChunkPart): boolean {
  return (
    one.firstByte === other.firstByte &&
    one.lastByte === other.lastByte &&
    one.digest === other.digest
  )
}

function toPartRow(cloud: string, sessionId: string, part: ChunkPart): PartRow {
  return {
    session_id: sessionId,
    cloud,
    first_byte: part.firstByte,
    last_byte: part.lastByte,
    digest: part.digest,
    staging_id: part.place,
  }
}

function toSession(row: Selectable<SessionRow>, parts: readonly ChunkPart[]): ChunkSession {
  return {
    sessionId: row.session_id,
    cloud: row.cloud,
    owner: row.owner,
    clientId: row.client_id,
    bagDigest: row.bag_digest,
    params: JSON.parse(row.params),
    publicId: row.public_id,
    totalBytes: row.total,
    parts,
    result: row.result === null ? null : JSON.parse(row.result),
    outcome: row.outcome as StoredOutcome | null,
    expiresAt: row.expires_at,
  }
}
