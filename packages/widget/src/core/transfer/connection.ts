/** Tells whether the browser is online. @module */

/** Online state of the browser. */
export interface Connection {
  isOnline(): boolean
  /** Resolves when the browser is online; rejects with the signal's reason. */
  whenOnline(signal: AbortSignal): Promise<void>
}

/** Reads the browser's `navigator.onLine`. Where it does not exist, the connection is always online. */
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
