import { describe, expect, it } from 'vitest'
import { SENTENCES } from '../../../core/failures/sentences.js'
import { createTexts } from '../texts.js'
import { en } from './en.js'
import { enCrop } from './en-crop.js'
import { enFiles } from './en-files.js'
import { enOptions } from './en-options.js'
import { enProblem } from './en-problem.js'
import { enSignIn } from './en-sign-in.js'
import { enSources } from './en-sources.js'
import { loadLocale } from './load-locale.js'

const ENGLISH: Readonly<Record<string, string>> = {
  ...en,
  ...enCrop,
  ...enFiles,
  ...enOptions,
  ...enProblem,
  ...enSignIn,
  ...enSources,
  ...Object.fromEntries(
    Object.entries(SENTENCES).map(([key, sentence]) => [`uploader.errors.${key}`, sentence]),
  ),
}
const LANGUAGES = ['ar', 'de', 'es', 'fr', 'he', 'it', 'ja', 'ko', 'nl', 'pl', 'pt', 'zh']
/** Texts that are equal in every language: file names, units, punctuation and an address. */
const ALIKE =
  /^(camera|screen)\.(file|video)_name$|^queue\.(seconds|minutes)$|^local\.limits_formats$|^url\.input_placeholder$/

function placeholders(text: string): readonly string[] {
  return (text.match(/{{\w+}}/g) ?? []).sort()
}

describe.each(LANGUAGES)('a widget in %s', (language) => {
  it('has its own texts for every view', async () => {
    const words = (await loadLocale(language)) ?? {}
    // A language whose texts need no plural has no singular form.
    const wanted = Object.keys(ENGLISH).filter((key) => !key.endsWith('_one') && !ALIKE.test(key))
    expect(wanted.filter((key) => !words[key])).toEqual([])
  })

  it('has the same placeholders as the English texts', async () => {
    const words = (await loadLocale(language)) ?? {}
    const different = Object.entries(words).filter(([key, text]) => {
      const english = ENGLISH[key]
      return english !== undefined && `${placeholders(text)}` !== `${placeholders(english)}`
    })
    expect(different).toEqual([])
  })
})

async function textsIn(language: string): Promise<ReturnType<typeof createTexts>> {
  return createTexts({ language }, await loadLocale(language))
}

it.each(['ar', 'he', 'ja', 'ko', 'zh'])(
  'uses the units of CLDR for seconds and minutes in %s',
  async (language) => {
    const texts = await textsIn(language)
    const cldr = (unit: string): string =>
      new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(5)
    const said = (text: string): string => text.replaceAll(' ', '')
    expect(said(texts.say('queue.seconds', { n: 5 }))).toBe(said(cldr('second')))
    expect(said(texts.say('queue.minutes', { n: 5 }))).toBe(said(cldr('minute')))
  },
)

it.each(LANGUAGES.filter((language) => new Intl.PluralRules(language).select(1) === 'one'))(
  'has singular forms in %s',
  async (language) => {
    const texts = await textsIn(language)
    const key = 'notifications.no_new_files'
    expect(texts.count(key, 1)).not.toBe(texts.count(key, 3))
  },
)

it.each([
  [1, 'Najwyżej 1 plik.'],
  [3, 'Najwyżej 3 pliki.'],
  [5, 'Najwyżej 5 plików.'],
  [22, 'Najwyżej 22 pliki.'],
])('counts %i files as Polish does', async (max, sentence) => {
  expect((await textsIn('pl')).count('local.limits_max', max, { max })).toBe(sentence)
})

it('uses English for unknown languages', async () => {
  expect(await loadLocale('eo')).toBeUndefined()
})
