/** Calls the page's `preBatch` hook before files are added. A separate chunk, because most pages have no such hook. @module */

import { answerOf } from './core/signing/app-hooks.js'
import type { BatchHook } from './options/options.js'

/**
 * Calls the hook.
 *
 * @returns True if the files may be added.
 * @throws the hook's error, or an Error if the hook does not answer in time.
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
