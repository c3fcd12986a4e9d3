/** Fetches a file by its address in the browser. @module */

import type { SourceContext } from '../../options/source.js'

/** Text key of the reason why there is no file, and its values. */
export interface NotFetched {
  readonly key: string
  readonly values?: Readonly<Record<string, string | number>>
}

/** Fetches a photo or video as a file. Sends no cookies and no referrer. */
export async function fetchFile(
  url: string,
  { signal }: Pick<SourceContext, 'signal'>,
): Promise<File | NotFetched> {
  let response: Response
  let blob: Blob
  try {
    response = await fetch(url, { signal, credentials: 'omit', referrerPolicy: 'no-referrer' })
    blob = await response.blob()
  } catch {
    // The other site or the page's policy forbids the request, or the site is unreachable. Browsers do not tell which.
    return { key: 'url.blocked' }
  }
  if (!response.ok) return { key: 'url.status', values: { status: response.status } }
  if (!/^(image|video|audio)\//.test(blob.type)) return { key: 'url.not_media' }
  return new File([blob], fileName(url, blob.type), { type: blob.type })
}

function fileName(url: string, type: string): string {
  const last = new URL(url).pathname.split('/').at(-1) ?? ''
  const name = decoded(last) || 'file'
  return /\.[a-z0-9]{2,5}$/i.test(name) ? name : `${name}.${type.split('/')[1]?.split(/[+;]/)[0]}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
