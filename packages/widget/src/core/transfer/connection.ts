/** Whether this browser is online, as far as it knows. @module */

/** Tells of the connection. */
export interface Connection {
  isOnline(): boolean
  /** Resolves when the browser is online; rejects with the signal's reason. */
  whenOnline(signal: AbortSignal): Promise<void>
}

/** The browser's own word; always online where there is none. */
export const browserConnection: Connection = {
  isOnline: () => globalThis.navigator?.onLine !== false,
  whenOnline: (signal) =>
    new Promise((resolve, reject) => {
      const stop = (): void => {
        globalThis.removeEventListener('online', stop)
        signal.removeEventListener('abort', stop)
        if (signal.aborted) reject(signal.reason)
        else resolve()
      }
      globalThis.addEventListener('online', stop)
      signal.addEventListener('abort', stop)
    }),
}
