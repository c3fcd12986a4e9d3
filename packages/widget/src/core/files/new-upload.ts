/** Files and remote addresses that can be added to a queue. @module */

import type { WireParams } from '@countersign/protocol/params'

/** A file or a remote address to upload. */
export interface NewUpload {
  /** File to send. For a remote address, an empty file that has only the name. */
  readonly file: File
  /** Address that the server fetches, instead of bytes from the browser. */
  readonly remoteUrl?: string | undefined
  /** Upload parameters of this file only, wire name to value, for example `custom_coordinates`. */
  readonly params?: WireParams | undefined
}

/** Changes a file before it is signed, for example its size or format. May change the upload parameters too. */
export type PrepareFile = (upload: NewUpload, signal: AbortSignal) => Promise<NewUpload>

/** Returns the upload for a remote address. Its name is the last segment of the path. */
export function remoteUpload(url: string): NewUpload {
  const path = url.replace(/[?#].*$/, '').replace(/\/+$/, '')
  return {
    file: new File([], decoded(path.slice(path.lastIndexOf('/') + 1)) || url),
    remoteUrl: url,
  }
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
