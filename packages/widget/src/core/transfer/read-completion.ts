/** What the app answered to an upload, as the server keeps it. @module */

import { retryDelayMs, wait } from './retry-delay.js'
import { createUploadSlots } from './upload-slots.js'

/** The app's answer; `pending` and `none` where there is none (yet). */
export type Completion =
  | { readonly status: 'done'; readonly result: unknown }
  | { readonly status: 'failed' | 'none' | 'pending' }

/** How long the answer is waited for, in milliseconds; one call waits up to half of it at the server. */
const MAX_WAIT_MS = 30_000

/**
 * Wait for the app's answer.
 *
 * @param url `https://host/v1_1/<cloud>/completions/<nonce>`
 * @returns `none` also where the server does not know the call; never rejects.
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

/** Waiting calls hold a connection each, and a browser has six for a host: the uploads need them. */
const MAX_CALLS = 2

/** A reader that leaves the connections to the uploads, and does not ask a server again that told no app. */
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
