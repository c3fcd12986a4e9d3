/** The protocol's words for a request that comes at the wrong time. @module */

/**
 * Returns the error text for a stale timestamp.
 * @param milliseconds What the request says its time is, Unix milliseconds.
 * @param side For example `more than 1 hour ago`.
 */
export function staleRequest(milliseconds: number, side: string): string {
  const isDate = Number.isFinite(new Date(milliseconds).getTime())
  const at = isDate
    ? new Date(milliseconds)
        .toISOString()
        .replace('T', ' ')
        .replace(/\.\d+Z$/, ' +0000')
    : String(milliseconds / 1000)
  return `Stale request - reported time is ${at} which is ${side}`
}
