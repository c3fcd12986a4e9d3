/** What the files of an archive are called: inside it, each once, and whoever unpacks it stays in his folder. @module */

import { toFileName } from '../http/download-name.js'

/**
 * A path of safe segments: no drive, no root, no dot segment, no control character.
 * @param path With `/` between its segments.
 */
export function toEntryName(path: string): string {
  return path
    .split(/[/\\]+/)
    .filter((segment) => segment.trim() !== '' && !/^\.+$/.test(segment))
    .map(toFileName)
    .join('/')
}

/** Gives each name once; one that is taken, also in another case, gets a number before its extension. */
export function createNamer(): (path: string) => string {
  const taken = new Set<string>()
  return (path) => {
    const name = toEntryName(path) || 'file'
    const [, stem = name, extension = ''] = /^(.*?)(\.[A-Za-z0-9]{1,10})?$/s.exec(name) ?? []
    let candidate = name
    for (let number = 1; taken.has(candidate.toLowerCase()); number++) {
      candidate = `${stem} (${number})${extension}`
    }
    taken.add(candidate.toLowerCase())
    return candidate
  }
}
