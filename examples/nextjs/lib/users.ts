/** The demo's users and their sessions. A real app uses its own sign-in instead. @module */

/** A user who may upload. */
export interface User {
  /** Id, and name of the user's folder. */
  readonly id: string
  readonly name: string
}

/** All users who can sign in. */
export const USERS: readonly User[] = [
  { id: 'alice', name: 'Alice' },
  { id: 'bob', name: 'Bob' },
]

/** Name of the cookie with the session's id. */
export const SESSION_COOKIE = 'demo_session'

// Next bundles each route separately, so a module's variable would exist more than once.
const store = globalThis as typeof globalThis & { demoSessions?: Map<string, User> }

/**
 * Starts a session.
 * @returns The session's id; `null` for an unknown user.
 */
export function createSession(userId: unknown): string | null {
  const user = USERS.find(({ id }) => id === userId)
  if (!user) return null
  const id = crypto.randomUUID()
  sessions().set(id, user)
  return id
}

/** Ends a session. */
export function endSession(id: string | undefined): void {
  if (id) sessions().delete(id)
}

/** Returns the user of a session; `null` if the session is unknown. */
export function userOfSession(id: string | undefined): User | null {
  return (id && sessions().get(id)) || null
}

/** Returns the user who sent a request; `null` if nobody is signed in. */
export function userOfRequest(request: Request): User | null {
  const cookies = request.headers.get('cookie')?.split('; ') ?? []
  const prefix = `${SESSION_COOKIE}=`
  return userOfSession(cookies.find((cookie) => cookie.startsWith(prefix))?.slice(prefix.length))
}

function sessions(): Map<string, User> {
  store.demoSessions ??= new Map()
  return store.demoSessions
}
