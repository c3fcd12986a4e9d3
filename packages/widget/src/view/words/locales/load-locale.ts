/** Loads the texts of the languages besides English. Each language is a separate chunk. @module */

/** Texts by key. Missing texts stay English. `_zero`, `_one`, `_two`, `_few` and `_many` are plural forms. */
export type LocaleWords = Readonly<Record<string, string>>

type LocaleModule = { readonly words: LocaleWords }

const LOADERS: ReadonlyMap<string, () => Promise<LocaleModule>> = new Map<
  string,
  () => Promise<LocaleModule>
>([
  ['ar', () => import('./ar.js')],
  ['de', () => import('./de.js')],
  ['es', () => import('./es.js')],
  ['fr', () => import('./fr.js')],
  ['he', () => import('./he.js')],
  ['it', () => import('./it.js')],
  ['ja', () => import('./ja.js')],
  ['ko', () => import('./ko.js')],
  ['nl', () => import('./nl.js')],
  ['pl', () => import('./pl.js')],
  ['pt', () => import('./pt.js')],
  ['zh', () => import('./zh.js')],
])

/** Returns the texts of a BCP 47 language; `undefined` if the language is English or unknown, or if loading fails. */
export async function loadLocale(language = 'en'): Promise<LocaleWords | undefined> {
  const load = LOADERS.get(language.toLowerCase().split('-')[0] ?? '')
  return load?.().then(
    ({ words }) => words,
    // If loading fails, the widget stays English.
    () => undefined,
  )
}
