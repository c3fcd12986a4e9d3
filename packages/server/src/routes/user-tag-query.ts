/** The `user_tag` of a query string, by which a client says whose uploads it wants to hear of. @module */

/** The query of a call that may name a `user_tag`. */
export interface UserTagQuery {
  readonly user_tag?: string | readonly string[]
}

/** Reads the tag; `undefined` where the query names none. A tag that is sent twice is no upload's tag. */
export function askedUserTag({ user_tag: tag }: UserTagQuery): string | undefined {
  return typeof tag === 'string' || tag === undefined ? tag : ''
}
