/** Cleans file names for headers and archives. @module */

const MAX_CHARACTERS = 150

/** Returns a name that file systems and headers accept: at most 150 characters, with its extension. */
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
