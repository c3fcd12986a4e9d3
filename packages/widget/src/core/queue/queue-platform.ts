/** The platform functions of a queue, with the browser's own as defaults. @module */

import { browserConnection } from '../transfer/connection.js'
import { wait } from '../transfer/retry.js'
import type { QueuePlatform } from './queue-contract.js'

/** Platform functions of a queue, including its transport. */
export type SendingPlatform = QueuePlatform & Required<Pick<QueuePlatform, 'transport'>>

/** All platform functions of a queue, except for resuming. */
export type CompletePlatform = Required<Omit<QueuePlatform, 'loadResume'>>

/** Fills in the browser's connection, clock, timer and random numbers where the platform has none. */
export function completePlatform(platform: Omit<SendingPlatform, 'loadResume'>): CompletePlatform {
  return {
    connection: browserConnection,
    wait,
    random: Math.random,
    now: Date.now,
    onDefaultHost: () => undefined,
    ...platform,
  }
}
