import { describe, expect, it } from 'vitest'
import { en } from './en.js'
import { enCrop } from './en-crop.js'
import { enFiles } from './en-files.js'
import { enOptions } from './en-options.js'
import { enProblem } from './en-problem.js'
import { enSources } from './en-sources.js'
import { loadLocale } from './load-locale.js'

const ENGLISH: Readonly<Record<string, string>> = {
  ...en,
  ...enCrop,
  ...enFiles,
  ...enOptions,
  ...enProblem,
  ...enSources,
}
const LANGUAGES = ['ar', 'de', 'es', 'fr', 'he', 'it', 'ja', 'ko', 'nl', 'pl', 'pt', 'zh']
/** Names of files, signs of units, punctuation and an address: they read alike everywhere. */
const ALIKE =
  /^(camera|screen)\.(file|video)_name$|^queue\.(seconds|minutes)$|^local\.limits_formats$|^url\.input_placeholder$/

function placeholders(text: string): readonly string[] {
  return (text.match(/{{\w+}}/g) ?? []).sort()
}

describe.each(LANGUAGES)('a widget in %s', (language) => {
  it('has words of its own for every view', async () => {
    const words = (await loadLocale(language)) ?? {}
    // A language that says numbers without a plural needs no singular.
    const wanted = Object.keys(ENGLISH).filter((key) => !key.endsWith('_one') && !ALIKE.test(key))
    expect(wanted.filter((key) => !words[key])).toEqual([])
  })

  it('fills in what the English words fill in', async () => {
    const words = (await loadLocale(language)) ?? {}
    const different = Object.entries(words).filter(([key, text]) => {
      const english = ENGLISH[key]
      return english !== undefined && `${placeholders(text)}` !== `${placeholders(english)}`
    })
    expect(different).toEqual([])
  })
})

it('speaks English where it knows no other words', async () => {
  expect(await loadLocale('eo')).toBeUndefined()
})
