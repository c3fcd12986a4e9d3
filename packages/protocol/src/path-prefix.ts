/** Checks whether a value lies under a prefix, by whole path segments. @module */

/**
 * Returns the prefix with exactly one slash at its end, so that a name can follow.
 * @example `users/4` and `users/4/` both give `users/4/`.
 */
export function withSlash(prefix: string): string {
  return prefix.endsWith('/') ? prefix : `${prefix}/`
}

/**
 * Returns true if a path equals a prefix or lies under it. Compares whole segments: `users/42` is not under `users/4`.
 *
 * The rest of the path may have no empty segment, no `.`, no `..` and no backslash, also percent-encoded.
 *
 * @param prefix A prefix that ends with `/` matches only longer paths.
 */
export function isUnderPrefix(text: string, prefix: string): boolean {
  const base = withSlash(prefix)
  if (text === prefix) return prefix !== base
  return text.startsWith(base) && text.slice(base.length).split('/').every(isPlainSegment)
}

function isPlainSegment(segment: string): boolean {
  // Some software treats a backslash or an encoded slash as a path separator.
  if (/\\|%2f|%5c/i.test(segment)) return false
  const name = segment.replace(/%2e/gi, '.').trim()
  return name !== '' && name !== '.' && name !== '..'
}
