'use server'

/** Server actions that sign demo users in and out. @module */

import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { createSession, endSession, SESSION_COOKIE } from '../lib/users'

/** Signs in the user of the pressed button. */
export async function signIn(form: FormData): Promise<void> {
  const session = createSession(form.get('user'))
  if (session) {
    const jar = await cookies()
    jar.set(SESSION_COOKIE, session, { httpOnly: true, sameSite: 'lax', path: '/' })
  }
  redirect('/')
}

/** Ends the session of this browser. */
export async function signOut(): Promise<void> {
  const jar = await cookies()
  endSession(jar.get(SESSION_COOKIE)?.value)
  jar.delete(SESSION_COOKIE)
  redirect('/')
}
