/** Reads the resource type and the query of an Upload API path. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { ResourceType } from '@countersign/protocol/limits'
import type { FastifyRequest } from 'fastify'

/** Resource type in a path: one type, `auto` to detect it, or `all` for every type. */
export type PathType = ResourceType | 'auto' | 'all'

const RESOURCE_TYPES: readonly string[] = ['image', 'video', 'raw', 'auto', 'all']

/** Returns true if a text is a resource type that a path may name. */
export function isPathType(text: string): text is PathType {
  return RESOURCE_TYPES.includes(text)
}

/**
 * Returns a text from a path as a resource type.
 * @throws MediaError PARAM_INVALID if the text is not a resource type.
 */
export function pathType(text: string): PathType {
  if (isPathType(text)) return text
  throw invalidType(text)
}

/**
 * Returns the resource type of a call that must be about one type.
 * @throws MediaError PARAM_INVALID for `auto` and `all`.
 */
export function storedType(type: PathType): ResourceType {
  if (type === 'auto' || type === 'all') throw invalidType(type)
  return type
}

/** Creates the error for an invalid resource type. */
export function invalidType(text: string): MediaError {
  return new MediaError('PARAM_INVALID', { message: `Invalid resource type ${text.slice(0, 32)}` })
}

/** Returns the query as it was received. */
export function queryOf(request: FastifyRequest): URLSearchParams {
  const query = request.raw.url?.indexOf('?') ?? -1
  return new URLSearchParams(query < 0 ? '' : request.raw.url?.slice(query + 1))
}
