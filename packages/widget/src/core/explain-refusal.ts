/** What the upload server's refusal means to the person whose file it is. Loaded apart: most uploads are not refused. @module */

import type { Explanation } from './failure.js'
import { formatBytes } from './format-bytes.js'

/** An answer of 4xx. */
export interface RefusedUpload {
  readonly status: number
  /** The server's words; empty where there are none. */
  readonly message: string
  /** What the browser takes the file for: a MIME type, or empty. */
  readonly fileType: string
}

/** Explains a refusal by its status and the protocol's words for it. The words themselves are for the developer. */
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
  /** In place of the server's words. */
  readonly advice?: string
}

const NO_PICTURE: Refusal = { code: 'IMAGE_INVALID', sentence: 'no_picture' }
const NO_VIDEO: Refusal = { code: 'ASSET_TYPE_REFUSED', sentence: 'no_video' }

/** A file whose content is not what its name promises, as that is what a person knows of the file. */
function unreadable(message: string, fileType: string): Refusal | undefined {
  const [, family] = /^(\w+) (?:file format|files) .*not allowed/.exec(message) ?? []
  const [promised = ''] = fileType.split('/')
  const isOther = /content is /.test(message) || (family && family.toLowerCase() !== promised)
  if (!isOther) return undefined
  if (promised === 'image') return NO_PICTURE
  return promised === 'video' ? NO_VIDEO : undefined
}

// The first that fits. The words are the protocol's, so they are the same from its hosted service.
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
