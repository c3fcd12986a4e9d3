/** Turns the upload server's refusal into an error for the person who uploads. A separate chunk, because most uploads are not refused. @module */

import type { Explanation } from '../failures/failure.js'
import { formatBytes } from '../files/format-bytes.js'

/** A 4xx answer of the upload server. */
export interface RefusedUpload {
  readonly status: number
  /** The server's message, or `''`. */
  readonly message: string
  /** MIME type of the file according to the browser, or `''`. */
  readonly fileType: string
}

/** Explains a refusal by its status and message. The message itself goes to the developer. */
export function explainRefusal({ status, message, fileType }: RefusedUpload): Explanation {
  const found = unreadable(message, fileType) ?? RULES.find(({ words }) => words.test(message))
  const { sentence, ...hints } = found ?? otherRefusal(status)
  const code = status === 401 && hints.code === 'PARAM_INVALID' ? 'UNAUTHORIZED' : hints.code
  const [, size, allowed] = /got (\d+)\. maximum is (\d+)/i.exec(message) ?? []
  const details = {
    detail: hints.advice ?? (message || `The upload server answered ${status}.`),
    ...(hints.isConfiguration ? { isConfiguration: true } : {}),
    isRetryable: hints.isConfiguration === true || code === 'SOURCE_UNREACHABLE',
  }
  if (code === 'ASSET_TOO_LARGE' && /file size/i.test(message) && size && allowed) {
    const values = { size: formatBytes(Number(size)), allowed: formatBytes(Number(allowed)) }
    return { code, sentence: 'file_too_large', values, details }
  }
  return { code, sentence, details }
}

interface Refusal {
  readonly code: Explanation['code']
  readonly sentence: Explanation['sentence']
  readonly isConfiguration?: boolean
  /** Text for the developer that replaces the server's message. */
  readonly advice?: string
}

const NO_PICTURE: Refusal = { code: 'IMAGE_INVALID', sentence: 'no_picture' }
const NO_VIDEO: Refusal = { code: 'ASSET_TYPE_REFUSED', sentence: 'no_video' }

/** Explains a file whose content does not match its name. The sentence names the type that the person expects. */
function unreadable(message: string, fileType: string): Refusal | undefined {
  const [, family] = /^(\w+) (?:file format|files) .*not allowed/.exec(message) ?? []
  const [promised = ''] = fileType.split('/')
  const isOther = /content is /.test(message) || (family && family.toLowerCase() !== promised)
  if (!isOther) return undefined
  if (promised === 'image') return NO_PICTURE
  return promised === 'video' ? NO_VIDEO : undefined
}

// The first match wins. The hosted service uses the same texts.
const RULES: readonly (Refusal & { readonly words: RegExp })[] = [
  {
    words: /whitelisted for unsigned|must supply api_key/i,
    code: 'PRESET_REFUSED',
    sentence: 'not_now',
    isConfiguration: true,
    advice:
      'This preset cannot be used unsigned. Set signatureEndpoint, or choose an unsigned preset.',
  },
  { words: /^error in loading /i, code: 'SOURCE_UNREACHABLE', sentence: 'nothing_found' },
  {
    words: /too large|^maximum (image|animation|number|file)/i,
    code: 'ASSET_TOO_LARGE',
    sentence: 'too_large',
  },
  { words: /^empty file/i, code: 'FILE_EMPTY', sentence: 'file_empty' },
  { words: /^(invalid|unsupported) image/i, ...NO_PICTURE },
  { words: /^(invalid|unsupported) (video|audio)/i, ...NO_VIDEO },
  {
    words: /file format .*not allowed|files are not allowed|content is /i,
    code: 'ASSET_TYPE_REFUSED',
    sentence: 'not_accepted',
  },
  {
    words: /preset|stale request|signature|api[_ ]key|timestamp|cloud[_ ]name|missing required/i,
    code: 'PARAM_INVALID',
    sentence: 'not_now',
    isConfiguration: true,
  },
]

function otherRefusal(status: number): Refusal {
  if (status === 413) return { code: 'ASSET_TOO_LARGE', sentence: 'too_large' }
  if (status < 405 && status !== 400) {
    return { code: 'PARAM_INVALID', sentence: 'not_now', isConfiguration: true }
  }
  return { code: 'PARAM_INVALID', sentence: 'refused' }
}
