/** The queue as the core offers it. @module */

import type { QueuePlatform, QueueSettings, UploadQueue } from './queue-contract.js'
import { createQueue } from './upload-queue.js'
import { createFetchTransport } from './upload-transport.js'

/**
 * Creates a queue that sends by fetch unless the platform has another transport. Nothing is sent before the first `discover` or `add`.
 *
 * @param settings Plain settings, or a function that is asked again for every file.
 */
export function createUploadQueue(
  settings: QueueSettings | (() => QueueSettings),
  platform: QueuePlatform = {},
): UploadQueue {
  const asked = typeof settings === 'function' ? settings : () => settings
  return createQueue(asked, { transport: createFetchTransport(), ...platform })
}
