/** Reads `user_tag` from a query string, which limits a look-up to uploads of one user. @module */

/** Query of a call that may name a `user_tag`. */
export interface UserTagQuery {
  readonly user_tag?: string | readonly string[]
}

/** Reads the tag; `undefined` if the query has none. A repeated tag matches no upload. */
export function askedUserTag({ user_tag: tag }: UserTagQuery): string | undefined {
  return typeof tag === 'string' || tag === undefined ? tag : ''
}
