/** The languages besides English, each loaded when a page speaks it. @module */

/** Key to word; what is missing stays English. `_zero`, `_two`, `_few` and `_many` are plurals beside `_one`. */
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

/** Words for a BCP 47 language; `undefined` where it is English, unknown, or cannot be loaded. */
export async function loadLocale(language = 'en'): Promise<LocaleWords | undefined> {
  const load = LOADERS.get(language.toLowerCase().split('-')[0] ?? '')
  return load?.().then(
    ({ words }) => words,
    // A widget in English is better than none.
    () => undefined,
  )
}
