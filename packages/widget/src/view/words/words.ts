/** The English words that are loaded. @module */

import { en } from './locales/en.js'

const words: Record<string, string> = { ...en }

/** Add the words of a part; it does so when it is loaded. */
export function addWords(more: Readonly<Record<string, string>>): void {
  Object.assign(words, more)
}

/** The English word for a key, where it is loaded. */
export function englishWord(key: string): string | undefined {
  return Object.hasOwn(words, key) ? words[key] : undefined
}
