/** Names of files, as headers and archives carry them. @module */

const MAX_CHARACTERS = 150

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
