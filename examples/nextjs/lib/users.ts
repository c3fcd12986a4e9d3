/** The demo's users and who is signed in. A real app has its own sign-in in place of this file. @module */

/** Somebody who may upload. */
export interface User {
  /** Also the name of the user's folder. */
  readonly id: string
  readonly name: string
}

/** Everybody who can sign in. */
export const USERS: readonly User[] = [
  { id: 'alice', name: 'Alice' },
  { id: 'bob', name: 'Bob' },
]

/** Cookie that holds the session's id. */
export const SESSION_COOKIE = 'demo_session'

// Next bundles each route on its own, so a module's variable would exist more than once.
const store = globalThis as typeof globalThis & { demoSessions?: Map<string, User> }

/**
 * Start a session.
 * @returns Its id, or `null` where there is no such user.
 */
export function createSession(userId: unknown): string | null {
  const user = USERS.find(({ id }) => id === userId)
  if (!user) return null
  const id = crypto.randomUUID()
  sessions().set(id, user)
  return id
}

/** End a session. */
export function endSession(id: string | undefined): void {
  if (id) sessions().delete(id)
}

/** Who a session belongs to. */
export function userOfSession(id: string | undefined): User | null {
  return (id && sessions().get(id)) || null
}

/** Who sent a request: what the signing routes give to `authorize`. */
export function userOfRequest(request: Request): User | null {
  const cookies = request.headers.get('cookie')?.split('; ') ?? []
  const prefix = `${SESSION_COOKIE}=`
  return userOfSession(cookies.find((cookie) => cookie.startsWith(prefix))?.slice(prefix.length))
}

function sessions(): Map<string, User> {
  store.demoSessions ??= new Map()
  return store.demoSessions
}
