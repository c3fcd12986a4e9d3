/** Reads the app's answer to an upload from the server, which stores it. @module */

import { retryDelayMs, wait } from './retry.js'
import { createUploadSlots } from './upload-slots.js'

/** The app's answer to an upload. `pending` means no answer yet; `none` means no answer will come. */
export type Completion =
  | { readonly status: 'done'; readonly result: unknown }
  | { readonly status: 'failed' | 'none' | 'pending' }

/** Maximum total wait for the answer, in milliseconds. The server holds each request for up to half of this time. */
const MAX_WAIT_MS = 30_000

/**
 * Waits up to 30 seconds for the app's answer. Never rejects.
 *
 * @param url `https://host/v1_1/<cloud>/completions/<nonce>`
 * @returns Also `none` if the server does not support completions.
 */
export async function readCompletion(url: string, signal: AbortSignal): Promise<Completion> {
  const until = Date.now() + MAX_WAIT_MS
  try {
    for (let attempt = 1; ; attempt += 1) {
      const reply = await fetch(url, { signal })
      if (reply.status === 429) {
        const delayMs = retryDelayMs(attempt, reply.headers.get('retry-after'), Math.random)
        if (Date.now() + delayMs >= until) return { status: 'pending' }
        await wait(delayMs, signal)
        continue
      }
      if (!reply.ok) return { status: 'none' }
      const completion: Completion = await reply.json()
      if (reply.status !== 202 || Date.now() >= until) return completion
    }
  } catch {
    return { status: 'pending' }
  }
}

/** Reads completions for one widget. */
export type CompletionReader = (upload: {
  readonly uploadUrl: string
  readonly completionUrl: string
}) => Promise<Completion>

/** Each waiting request holds one of a browser's six connections per host, and uploads need connections too. */
const MAX_CALLS = 2

/** Creates a reader that makes at most two requests at once. It does not ask a server again that has answered `none`. */
export function createCompletionReader(signal: AbortSignal): CompletionReader {
  const takeSlot = createUploadSlots(() => MAX_CALLS)
  const silent = new Set<string>()
  return async ({ uploadUrl, completionUrl }) => {
    if (silent.has(uploadUrl)) return { status: 'none' }
    try {
      const release = await takeSlot(signal)
      const isSilent = silent.has(uploadUrl)
      const completion = isSilent
        ? ({ status: 'none' } as const)
        : await readCompletion(completionUrl, signal)
      if (completion.status === 'none') silent.add(uploadUrl)
      release()
      return completion
    } catch {
      return { status: 'pending' }
    }
  }
}
