/** The widget's texts in the language of the page. @module */

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

/** Key of a text. */
export type TextKey =
  | keyof typeof en
  | keyof typeof enCrop
  | keyof typeof enFiles
  | keyof typeof enOptions
  | keyof typeof enProblem
  | keyof typeof enSignIn
  | keyof typeof enSources

/** Values for the placeholders `{{name}}`. */
export type TextValues = Readonly<Record<string, string | number>>

/** The texts of one widget. */
export interface Texts {
  readonly language: string
  readonly direction: 'ltr' | 'rtl'
  /** Returns a text with its values filled in. */
  say(key: TextKey, values?: TextValues): string
  /** Like `say`, in the plural form for `n`. */
  count(key: TextKey, n: number, values?: TextValues): string
  /** Returns a failure's sentence for the person who uploads. */
  reason(error: MediaError): string
  /** Formats a size in the language. */
  bytes(bytes: number): string
  /** Formats a percentage, 0 to 100, in the language. */
  percent(percent: number): string
}

/** Creates the texts for the options `language` and `text`. Uses the loaded words of the language, and English otherwise. */
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
      // A language without this plural form uses its general form, because the English form would be wrong.
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
