/** Creates upload queues for users of the core. @module */

import { createFetchTransport } from '../transfer/upload-transport.js'
import type { QueuePlatform, QueueSettings, UploadQueue } from './queue-contract.js'
import { createQueue } from './upload-queue.js'

/**
 * Creates a queue that sends by fetch, unless the platform has another transport. Sends nothing before the first `discover` or `add`.
 *
 * @param settings Settings, or a function that returns them and is called for every file.
 */
export function createUploadQueue(
  settings: QueueSettings | (() => QueueSettings),
  platform: QueuePlatform = {},
): UploadQueue {
  const asked = typeof settings === 'function' ? settings : () => settings
  return createQueue(asked, { transport: createFetchTransport(), ...platform })
}
