/** Finds the key that signs the protocol's notification headers. @module */

import type { Key } from '../catalog/key.js'
import type { Services } from '../services.js'

/**
 * Returns the cloud's oldest key with the scope `webhook`; `undefined` if there is none. Notifications then lack the protocol's headers.
 */
export function webhookKey({ keys }: Pick<Services, 'keys'>, cloud: string): Key | undefined {
  // An open signing route could forge notifications, so a key that only signs for browsers never signs them.
  return keys.withScope(cloud, 'webhook')[0]
}
