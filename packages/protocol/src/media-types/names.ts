/** Reads media types and file names without the table. @module */

/** Returns a type in lower case, without parameters such as `charset`. */
export function essenceOf(type: string): string {
  return type.toLowerCase().replace(/;.*/s, '').trim()
}

/** Returns the extension of a file name in lower case without its dot, or `''`. */
export function extensionOf(name: string | undefined): string {
  return /\.([a-z0-9]{1,12})$/i.exec(name ?? '')?.[1]?.toLowerCase() ?? ''
}
