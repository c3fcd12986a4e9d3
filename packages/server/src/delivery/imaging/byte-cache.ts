/** Creates memory caches that are limited by bytes. @module */

import { LRUCache } from 'lru-cache'

/** Buffers by key. The least recently used ones are evicted first. */
export type ByteCache = LRUCache<string, Buffer>

/** Creates an empty cache. A buffer larger than the whole cache is not kept. */
export function createByteCache(maxBytes: number): ByteCache {
  // lru-cache refuses a size of 0.
  return new LRUCache({ maxSize: maxBytes, sizeCalculation: ({ length }) => Math.max(1, length) })
}
