/** Small things kept in memory, the least recently used go first. @module */

/** Buffers under keys, within a total size. */
export interface MemoryCache {
  get(key: string): Buffer | undefined
  /** Keeps it unless it alone is too large. */
  set(key: string, bytes: Buffer): void
  delete(key: string): void
}

/** Make an empty cache of at most so many bytes. */
export function createMemoryCache(maxBytes: number): MemoryCache {
  const entries = new Map<string, Buffer>()
  let total = 0

  function remove(key: string): Buffer | undefined {
    const bytes = entries.get(key)
    if (bytes && entries.delete(key)) total -= bytes.length
    return bytes
  }
  return {
    get(key) {
      const bytes = entries.get(key)
      if (bytes) {
        entries.delete(key)
        entries.set(key, bytes)
      }
      return bytes
    },
    set(key, bytes) {
      remove(key)
      if (bytes.length > maxBytes) return
      entries.set(key, bytes)
      total += bytes.length
      for (const oldest of entries.keys()) {
        if (total <= maxBytes) return
        remove(oldest)
      }
    },
    delete: (key) => void remove(key),
  }
}
