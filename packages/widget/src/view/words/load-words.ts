/** Loads the words of the languages besides English. @module */

import type { LocaleWords } from './locales/load-locale.js'

/** Loads the words of a BCP 47 language. Returns `undefined` if the language is English or unknown, or if loading fails. */
export async function loadWords(language = 'en'): Promise<LocaleWords | undefined> {
  if (/^en\b/.test(language)) return undefined
  // If loading fails, the widget stays English.
  const locales = await import('./locales/load-locale.js').catch(() => undefined)
  return locales?.loadLocale(language)
}
