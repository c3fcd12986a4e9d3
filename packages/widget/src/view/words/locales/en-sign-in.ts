/** Provides the English label for signing in. @module */

/** It comes with the parts that have the link. */
export const enSignIn = { 'problem.sign_in': 'Sign in' } as const
