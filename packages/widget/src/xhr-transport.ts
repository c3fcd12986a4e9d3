/** Uploads by XHR: the only way a browser tells how many bytes have left. @module */

import type { UploadTransport } from './core/index.js'

/** Send one request by XHR. */
export const xhrTransport: UploadTransport = ({ url, body, headers, onProgress, signal }) =>
  new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest()
    const abort = (): void => xhr.abort()
    xhr.upload.onprogress = (event) => onProgress(event.loaded, event.total)
    xhr.onload = () =>
      resolve({
        status: xhr.status,
        text: xhr.responseText,
        // Asking for a header that is not exposed logs an error, so look at the list first.
        retryAfter:
          /^retry-after:\s*(.+)$/im.exec(xhr.getAllResponseHeaders())?.[1]?.trim() ?? null,
      })
    xhr.onerror = () => reject(new TypeError())
    xhr.onabort = () => reject(signal.reason)
    xhr.onloadend = () => signal.removeEventListener('abort', abort)
    signal.throwIfAborted()
    signal.addEventListener('abort', abort)
    xhr.open('POST', url)
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value)
    xhr.send(body)
  })
