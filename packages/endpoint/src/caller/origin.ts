/** Checks the origin of the page that calls the endpoint. @module */

/**
 * Returns whether a request comes from the endpoint's own origin, from a listed origin, or from no page.
 *
 * @param headers Headers of the request. The request's URL is not used, because behind Next or a proxy it contains another host.
 * @param origins Further allowed origins, such as `https://app.example.com`.
 */
export function isOwnOrigin(headers: Headers, origins: readonly string[]): boolean {
  const site = headers.get('sec-fetch-site')
  if (site === 'same-origin') return true
  const origin = headers.get('origin')
  if (origin === null) return site !== 'cross-site'
  if (origins.includes(origin)) return true
  if (site === 'cross-site') return false
  const ownHost = (headers.get('x-forwarded-host') ?? headers.get('host'))?.split(',')[0]?.trim()
  return isHostOf(origin, ownHost)
}

function isHostOf(origin: string, host: string | undefined): boolean {
  if (!host) return false
  try {
    const page = new URL(origin)
    // Parsed with the page's scheme, so that an explicit default port does not change the host.
    return page.origin === origin && page.host === new URL(`${page.protocol}//${host}`).host
  } catch {
    return false
  }
}
