/** Whether a value stays under a prefix, judged by whole path segments. @module */

/**
 * Returns the prefix with a slash at its end, ready to be followed by a name.
 * @example `users/4` and `users/4/` both give `users/4/`.
 */
export function withSlash(prefix: string): string {
  return prefix.endsWith('/') ? prefix : `${prefix}/`
}

/**
 * Tells whether a path is a prefix or lies under it. Whole segments are compared: `users/42` is not under `users/4`.
 *
 * The rest of the path may have no empty segment, no `.`, no `..` and no backslash, also percent-encoded.
 *
 * @param prefix A prefix that ends with `/` is no path of its own: the text must go on after it.
 */
export function isUnderPrefix(text: string, prefix: string): boolean {
  const base = withSlash(prefix)
  if (text === prefix) return prefix !== base
  return text.startsWith(base) && text.slice(base.length).split('/').every(isPlainSegment)
}

function isPlainSegment(segment: string): boolean {
  // A backslash or an encoded slash is a separator to some readers of a path.
  if (/\\|%2f|%5c/i.test(segment)) return false
  const name = segment.replace(/%2e/gi, '.').trim()
  return name !== '' && name !== '.' && name !== '..'
}
