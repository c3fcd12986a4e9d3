'use server'

/** Signing in and out of the demo. @module */

import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { createSession, endSession, SESSION_COOKIE } from '../lib/users'

/** Sign in as the user that the pressed button names. */
export async function signIn(form: FormData): Promise<void> {
  const session = createSession(form.get('user'))
  if (session) {
    const jar = await cookies()
    jar.set(SESSION_COOKIE, session, { httpOnly: true, sameSite: 'lax', path: '/' })
  }
  redirect('/')
}

/** End the session of this browser. */
export async function signOut(): Promise<void> {
  const jar = await cookies()
  endSession(jar.get(SESSION_COOKIE)?.value)
  jar.delete(SESSION_COOKIE)
  redirect('/')
}
