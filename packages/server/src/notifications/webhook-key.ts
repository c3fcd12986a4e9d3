/** By whose key the protocol's own headers of a notification are signed. @module */

import type { Key } from '../catalog/key.js'
import type { Services } from '../services.js'

/**
 * The cloud's first key of scope `webhook`, never one that signs for browsers alone: an open signing route would forge notifications.
 * @returns `undefined` where there is none; then there are no such headers.
 */
export function webhookKey({ keys }: Pick<Services, 'keys'>, cloud: string): Key | undefined {
  return keys.withScope(cloud, 'webhook')[0]
}
