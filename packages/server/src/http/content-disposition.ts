/** File names in headers. @module */

import { toFileName } from './download-name.js'

/**
 * A `Content-Disposition` that saves under a name: an ASCII fallback, and the name itself where that differs.
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

// RFC 8187 `attr-char` is narrower than what encodeURIComponent leaves alone.
function encodeValue(text: string): string {
  return encodeURIComponent(text).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
