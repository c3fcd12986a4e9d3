/** English texts of the view that shows why nothing can be uploaded. @module */

/** Texts by key, loaded with that view. */
export const enProblem = {
  'problem.title': 'Uploads are not set up yet',
  'problem.title_session': 'You are signed out',
  'problem.title_refused': 'Uploads are not possible right now',
  'problem.copy': 'Copy details',
  'problem.copied': 'Copied',
} as const
