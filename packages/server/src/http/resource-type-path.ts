/** What a path of the Upload API names, and the query behind it. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { ResourceType } from '@countersign/protocol/limits'
import type { FastifyRequest } from 'fastify'

/** What a path may name where the protocol allows more than one resource type. */
export type PathType = ResourceType | 'auto' | 'all'

const RESOURCE_TYPES: readonly string[] = ['image', 'video', 'raw', 'auto', 'all']

/** Returns true if a text is a resource type that a path may name. */
export function isPathType(text: string): text is PathType {
  return RESOURCE_TYPES.includes(text)
}

/** @throws MediaError PARAM_INVALID for what is no resource type. */
export function pathType(text: string): PathType {
  if (isPathType(text)) return text
  throw invalidType(text)
}

/**
 * Most actions are about assets of the one resource type that the path names.
 * @throws MediaError PARAM_INVALID for `auto` and `all`.
 */
export function storedType(type: PathType): ResourceType {
  if (type === 'auto' || type === 'all') throw invalidType(type)
  return type
}

/** The refusal of a resource type. */
export function invalidType(text: string): MediaError {
  return new MediaError('PARAM_INVALID', { message: `Invalid resource type ${text.slice(0, 32)}` })
}

/** The query as it was received. */
export function queryOf(request: FastifyRequest): URLSearchParams {
  const query = request.raw.url?.indexOf('?') ?? -1
  return new URLSearchParams(query < 0 ? '' : request.raw.url?.slice(query + 1))
}
