/** Tells text from binary data. @module */

/**
 * Returns true if bytes are text by the WHATWG MIME Sniffing standard, section 7.2: they begin with a byte-order mark, or no byte is one that
 * text never has.
 * @param head The first bytes of a file, one byte a character (`latin1`).
 */
export function looksLikeText(head: string): boolean {
  if (/^(?:\xfe\xff|\xff\xfe|\xef\xbb\xbf)/.test(head)) return true
  // biome-ignore lint/suspicious/noControlCharactersInRegex: binary data contains these characters
  return !/[\0-\x08\x0b\x0e-\x1a\x1c-\x1f]/.test(head)
}
