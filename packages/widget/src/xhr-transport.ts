/** Sends uploads by XHR, because fetch does not report upload progress. @module */

import type { UploadTransport } from './core/index.js'

/** Sends one request by XHR. */
export const xhrTransport: UploadTransport = ({ url, body, headers, onProgress, signal }) =>
  new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest()
    const abort = (): void => xhr.abort()
    xhr.upload.onprogress = (event) => onProgress(event.loaded, event.total)
    xhr.onload = () =>
      resolve({
        status: xhr.status,
        text: xhr.responseText,
        // Reading a header that is not exposed logs an error, so this reads the list of headers.
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
