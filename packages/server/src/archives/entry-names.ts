/** Safe, unique names for the files of an archive. Unpacking them never writes outside the target folder. @module */

import { toFileName } from '../http/download-name.js'

/**
 * Returns a path of safe segments, without a drive, a root, dot segments or control characters.
 * @param path Path with `/` or `\` between its segments.
 */
export function toEntryName(path: string): string {
  return path
    .split(/[/\\]+/)
    .filter((segment) => segment.trim() !== '' && !/^\.+$/.test(segment))
    .map(toFileName)
    .join('/')
}

/** Returns a function that makes names unique. A name that is taken, in any letter case, gets a number before its extension. */
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
