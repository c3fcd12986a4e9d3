/** Which pages may call the endpoint: its own, and the listed ones. @module */

/**
 * Whether a request comes from the endpoint's own origin, from a listed one, or from no page at all.
 *
 * @param headers Headers of the request. Its URL is never looked at: behind Next or a proxy it names another host.
 * @param origins Serialised origins that are allowed besides the endpoint's own, for example `https://app.example.com`.
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
    // Parsed with the page's scheme, so that a default port written out is the same host.
    return page.origin === origin && page.host === new URL(`${page.protocol}//${host}`).host
  } catch {
    return false
  }
}
