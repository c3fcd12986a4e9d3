/** What the app answered to an upload, as the server keeps it. @module */

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
    for (;;) {
      const reply = await fetch(url, { signal })
      if (!reply.ok) return { status: 'none' }
      const completion: Completion = await reply.json()
      if (reply.status !== 202 || Date.now() >= until) return completion
    }
  } catch {
    return { status: 'pending' }
  }
}
