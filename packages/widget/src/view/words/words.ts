/** The English texts that are loaded. @module */

import { en } from './locales/en.js'

const words: Record<string, string> = { ...en }

/** Adds the texts of a part. Each part calls this when it is loaded. */
export function addWords(more: Readonly<Record<string, string>>): void {
  Object.assign(words, more)
}

/** Returns the English text of a key; `undefined` if it is not loaded. */
export function englishWord(key: string): string | undefined {
  return Object.hasOwn(words, key) ? words[key] : undefined
}
