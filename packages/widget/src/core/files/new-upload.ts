/** What is added to a queue. @module */

import type { WireParams } from '@countersign/protocol/params'

/** One upload to come. */
export interface NewUpload {
  /** What is sent; of a remote file it only gives the name. */
  readonly file: File
  /** Address that the server fetches, instead of bytes from here. */
  readonly remoteUrl?: string | undefined
  /** Upload parameters of this file alone, wire name to value, for example `custom_coordinates`. */
  readonly params?: WireParams | undefined
}

/** Makes of a file what is sent, just before it is signed: smaller, in another format. It may change the parameters too. */
export type PrepareFile = (upload: NewUpload, signal: AbortSignal) => Promise<NewUpload>

/** A remote file as the queue lists it. */
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
