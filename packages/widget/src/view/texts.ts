/** Words in the reader's language: the page's own, else English. @module */

import type { MediaError } from '@countersign/protocol/errors'
import { failureDetails, fillSentence, formatBytes } from '../core/index.js'
import type { UploadWidgetOptions, WidgetTexts } from '../options.js'
import { en, type TextKey } from './locales/en.js'

export type { TextKey } from './locales/en.js'

/** Values for `{{name}}`. */
export type TextValues = Readonly<Record<string, string | number>>

/** The words of one widget. */
export interface Texts {
  readonly language: string
  readonly direction: 'ltr' | 'rtl'
  say(key: TextKey, values?: TextValues): string
  /** Like `say`, in the singular where there is one and `n` asks for it. */
  count(key: TextKey, n: number, values?: TextValues): string
  /** A failure's sentence. */
  reason(error: MediaError): string
  bytes(bytes: number): string
  percent(percent: number): string
}

/** Words by the options `language` and `text`. */
export function createTexts({ language = 'en', text }: UploadWidgetOptions): Texts {
  const tree = text && Object.hasOwn(text, language) ? text[language] : undefined
  const plural = new Intl.PluralRules(language)
  const percentFormat = new Intl.NumberFormat(language, { style: 'percent' })
  const say = (key: TextKey, values?: TextValues): string =>
    fillSentence(lookUp(tree, key) ?? en[key], values)
  return {
    language,
    direction: /^(ar|fa|he|ur)\b/.test(language) ? 'rtl' : 'ltr',
    say,
    count: (key, n, values) => {
      const singular = `${key}_one`
      const isSingular = plural.select(n) === 'one' && Object.hasOwn(en, singular)
      return say(isSingular ? (singular as TextKey) : key, { n, ...values })
    },
    reason: (error) => {
      const { sentence, values } = failureDetails(error)
      const own = sentence && lookUp(tree, `uploader.errors.${sentence}`)
      return own ? fillSentence(own, values) : error.message
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
