/** File names in headers. @module */

const MAX_CHARACTERS = 150

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

/** The name as a file system and a header can take it: at most 150 characters, the extension kept. */
export function toFileName(name: string): string {
  const base = name.split(/[/\\]/).at(-1) ?? ''
  const clean = base
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '')
    .replace(/["*:<>?|]/g, '_')
    .replace(/^[\s.]+|[\s.]+$/g, '')
  const characters = [...clean]
  if (characters.length === 0) return 'download'
  if (characters.length <= MAX_CHARACTERS) return clean
  const extension = /\.[A-Za-z0-9]{1,10}$/.exec(clean)?.[0] ?? ''
  return characters.slice(0, MAX_CHARACTERS - extension.length).join('') + extension
}

// RFC 8187 `attr-char` is narrower than what encodeURIComponent leaves alone.
function encodeValue(text: string): string {
  return encodeURIComponent(text).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
