/** The English text of the sign-in link. @module */

/** Texts by key, loaded with the parts that show the link. */
export const enSignIn = { 'problem.sign_in': 'Sign in' } as const
