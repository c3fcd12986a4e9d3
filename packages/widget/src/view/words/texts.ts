/** Words in the reader's language: the page's own, else English. @module */

import type { MediaError } from '@countersign/protocol/errors'
import { failureDetails } from '../../core/failures/failure.js'
import { fillSentence } from '../../core/failures/sentences.js'
import { formatBytes } from '../../core/files/format-bytes.js'
import type { UploadWidgetOptions, WidgetTexts } from '../../options/options.js'
import type { en } from './locales/en.js'
import type { enCrop } from './locales/en-crop.js'
import type { enFiles } from './locales/en-files.js'
import type { enOptions } from './locales/en-options.js'
import type { enProblem } from './locales/en-problem.js'
import type { enSignIn } from './locales/en-sign-in.js'
import type { enSources } from './locales/en-sources.js'
import type { LocaleWords } from './locales/load-locale.js'
import { englishWord } from './words.js'

/** Key of one word. */
export type TextKey =
  | keyof typeof en
  | keyof typeof enCrop
  | keyof typeof enFiles
  | keyof typeof enOptions
  | keyof typeof enProblem
  | keyof typeof enSignIn
  | keyof typeof enSources

/** Values for `{{name}}`. */
export type TextValues = Readonly<Record<string, string | number>>

/** The words of one widget. */
export interface Texts {
  readonly language: string
  readonly direction: 'ltr' | 'rtl'
  say(key: TextKey, values?: TextValues): string
  /** Like `say`, in the singular where there is one and `n` asks for it. */
  count(key: TextKey, n: number, values?: TextValues): string
  /** Returns a failure's sentence for the person who uploads. */
  reason(error: MediaError): string
  bytes(bytes: number): string
  percent(percent: number): string
}

/** Words by the options `language` and `text`, and by the language's own where they are loaded. */
export function createTexts(
  { language = 'en', text }: UploadWidgetOptions,
  locale: LocaleWords = {},
): Texts {
  const tree = text && Object.hasOwn(text, language) ? text[language] : undefined
  const plural = new Intl.PluralRules(language)
  const percentFormat = new Intl.NumberFormat(language, { style: 'percent' })
  const own = (key: string): string | undefined =>
    lookUp(tree, key) ?? (Object.hasOwn(locale, key) ? locale[key] : undefined)
  const say = (key: string, values?: TextValues): string =>
    fillSentence(own(key) ?? englishWord(key) ?? key, values)
  return {
    language,
    direction: /^(ar|fa|he|ur)\b/.test(language) ? 'rtl' : 'ltr',
    say,
    count: (key, n, values) => {
      const form = `${key}_${plural.select(n)}`
      // A language of its own words has its own plurals; English ones would be wrong in it.
      const hasForm = own(form) ?? (own(key) ? undefined : englishWord(form))
      return say(hasForm === undefined ? key : form, { n, ...values })
    },
    reason: (error) => {
      const { sentence, values } = failureDetails(error)
      const words = sentence && own(`uploader.errors.${sentence}`)
      return words ? fillSentence(words, values) : error.message
    },
    bytes: (bytes) => formatBytes(bytes, language),
    percent: (percent) => percentFormat.format(percent / 100),
  }
}

function lookUp(tree: WidgetTexts | undefined, path: string): string | undefined {
  let node: string | WidgetTexts | undefined = tree
  for (const step of path.split('.')) {
    if (typeof node !== 'object' || !Object.hasOwn(node, step)) return undefined
    node = node[step]
  }
  return typeof node === 'string' ? node : undefined
}
