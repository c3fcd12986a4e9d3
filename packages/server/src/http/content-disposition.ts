/** Writes the `Content-Disposition` header of downloads. @module */

import { toFileName } from './download-name.js'

/**
 * Returns a `Content-Disposition` that saves the file under a name: an ASCII fallback, and the name itself if it differs.
 *
 * @param name Any text; path parts, quotes, control and direction characters are taken out.
 * @see RFC 6266, RFC 8187
 */
export function attachmentDisposition(name: string): string {
  const safe = toFileName(name)
  const ascii = safe.replace(/[^\x20-\x7e]|%/gu, '_')
  const plain = `attachment; filename="${ascii}"`
  return ascii === safe ? plain : `${plain}; filename*=UTF-8''${encodeValue(safe)}`
}

// RFC 8187 allows fewer characters than encodeURIComponent leaves unescaped.
function encodeValue(text: string): string {
  return encodeURIComponent(text).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
