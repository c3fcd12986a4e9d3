/** Limits how often one client looks up uploads by nonce. @module */

import { MediaError } from '@countersign/protocol/errors'
import { LIMIT_SPECS } from '../limits.js'
import type { Services } from '../services.js'
import { createRateLimit } from './rate-limit.js'

/** Counts nonce look-ups by client network. */
export interface NonceLookups {
  /**
   * Runs a look-up, then counts it. Known and unknown nonces have separate limits, so a client that guesses nonces does not use up
   * the limit of uploaders behind the same address.
   *
   * @throws MediaError RATE_LIMITED with `details.retryAfterSeconds`; any error of `lookUp`. ASSET_NOT_FOUND counts as an unknown nonce.
   */
  count<Found>(network: string, lookUp: () => Promise<Found>): Promise<Found>
}

/** Creates the counters for one kind of API call. */
export function createNonceLookups({
  config,
  now,
}: Pick<Services, 'config' | 'now'>): NonceLookups {
  const { variable } = LIMIT_SPECS.maxNonceLookupsPerMinute
  const known = createRateLimit({
    perMinute: config.maxNonceLookupsPerMinute,
    what: `look-ups of uploads (${variable})`,
    now,
  })
  const unknown = createRateLimit({
    perMinute: config.maxUnknownNoncesPerMinute,
    what: 'unknown nonces',
    now,
  })
  return {
    async count(network, lookUp) {
      const found = await lookUp().catch((error) => {
        const isUnknown = error instanceof MediaError && error.code === 'ASSET_NOT_FOUND'
        if (isUnknown) unknown.take(network)
        throw error
      })
      known.take(network)
      return found
    },
  }
}
