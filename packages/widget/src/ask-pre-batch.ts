/** Asks the page's `preBatch` about files that are to be added. Loaded apart: most pages have none. @module */

import { answerOf } from './core/app-hooks.js'
import type { BatchHook } from './options.js'

/**
 * Asks the hook.
 *
 * @returns Whether the files may be added.
 * @throws What the hook throws, and an Error when it does not answer in time.
 */
export async function askPreBatch(
  preBatch: BatchHook,
  files: readonly File[],
  signal: AbortSignal,
): Promise<boolean> {
  const answer = await answerOf(
    (callback) => preBatch((given) => callback(given ?? {}), { files }),
    signal,
  )
  return (answer as { readonly cancel?: boolean }).cancel !== true
}
