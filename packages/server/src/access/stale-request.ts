/** Creates the protocol's error text for a stale request. @module */

/**
 * Returns the error text for a stale timestamp.
 * @param milliseconds Timestamp of the request in Unix milliseconds.
 * @param side Distance to the server's clock, for example `more than 1 hour ago`.
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
