/**
 * Checks the secrets in the environment files: missing, quoted, padded, swapped or placeholder.
 * @module
 */

import { isPlaceholder, SHORT_SECRET_CHARACTERS } from '@countersign/protocol/signature'
import { type Check, type Finding, green, notChecked } from '../check.js'
import type { EnvEntry } from '../env-files.js'
import type { Subject } from '../subject.js'

/** Checks the secrets in the environment files. */
export const secrets: Check = { name: 'secrets', title: 'Secrets', run }

const SECRET_NAMES: readonly string[] = [
  'CLOUDINARY_API_SECRET',
  'COUNTERSIGN_KEYS',
  'CLOUDINARY_URL',
  'COUNTERSIGN_WEBHOOK_SECRET',
]
const QUOTES = /^["'`“”‘’]|["'`“”‘’]$/

function run({ env, settings }: Subject): Finding[] {
  const unreadable = env.unreadable.map(
    (file): Finding => ({
      severity: 'red',
      seen: `${file} exists but cannot be read.`,
      advice: 'Let the user that runs the app read it, or remove it.',
    }),
  )
  if (env.files.length === 0 && unreadable.length === 0) {
    return [
      notChecked(
        'there is no .env file, and the environment has no variable of the app',
        'Name the app’s folder with --dir.',
      ),
    ]
  }
  const entries = env.entries.filter(({ name }) => SECRET_NAMES.includes(name))
  const found = [
    ...unreadable,
    ...missing(settings.keys.length, entries),
    ...settings.malformed.map(malformed),
    ...swapped({ env, settings }),
    ...entries.flatMap(wrongSecret),
  ]
  if (found.some(({ severity }) => severity === 'red')) return found
  const names = [...new Set(settings.secrets.map(({ from }) => from))].join(', ')
  return [...found, green(`${names} ${names.includes(',') ? 'are' : 'is'} set.`)]
}

function missing(keyCount: number, entries: readonly EnvEntry[]): Finding[] {
  if (keyCount > 0) return []
  const isSet = entries.some(({ name, value }) => name === 'CLOUDINARY_API_SECRET' && value !== '')
  return [
    isSet
      ? {
          severity: 'red',
          seen: 'CLOUDINARY_API_SECRET is set, but no variable says which key it belongs to.',
          advice: 'Set NEXT_PUBLIC_CLOUDINARY_API_KEY to the id of that key.',
        }
      : {
          severity: 'red',
          seen: 'CLOUDINARY_API_SECRET is missing or empty, so signatures are missing or wrong.',
          advice:
            'Set it in .env.local. `countersign dev --env` prints the lines; `countersign keys create` makes a key.',
        },
  ]
}

function malformed(name: string): Finding {
  const form =
    name === 'CLOUDINARY_URL'
      ? 'cloudinary://<api_key>:<api_secret>@<cloud_name>'
      : 'id:scope+scope:secret[:preset], with commas between keys'
  return { severity: 'red', seen: `${name} is malformed.`, advice: `Write ${form}.` }
}

function wrongSecret({ name, value, written, file }: EnvEntry): Finding[] {
  if (value === '') return []
  if (QUOTES.test(value)) {
    return [
      {
        severity: 'red',
        seen: `${name} in ${file} has quotes in its value: they are signed with it.`,
        advice: 'Write the value without any quotes.',
      },
    ]
  }
  if (value !== value.trim()) {
    return [
      {
        severity: 'red',
        seen: `${name} in ${file} has a blank or a line break at its start or end, which is signed with it.`,
        advice: 'Remove it.',
      },
    ]
  }
  if (isPlaceholder(value)) {
    return [
      {
        severity: 'red',
        seen: `${name} in ${file} holds placeholder text, not a secret.`,
        advice: 'Put the secret of your key there.',
      },
    ]
  }
  const isShort = name === 'CLOUDINARY_API_SECRET' && value.length < SHORT_SECRET_CHARACTERS
  const short: Finding = {
    severity: 'amber',
    seen: `${name} in ${file} has fewer than ${SHORT_SECRET_CHARACTERS} characters, which is easy to guess.`,
    advice: 'Check that it is whole; make a longer one with `countersign keys create`.',
  }
  const quoted: Finding = {
    severity: 'amber',
    seen: `${name} in ${file} is written in quotes: Next takes them off, docker --env-file keeps them.`,
    advice: 'Write the value without quotes, and both read the same.',
  }
  return [
    ...(isShort ? [short] : []),
    ...(written !== value && QUOTES.test(written) ? [quoted] : []),
  ]
}

function swapped({ env, settings }: Pick<Subject, 'env' | 'settings'>): Finding[] {
  const secret = env.find('CLOUDINARY_API_SECRET')
  const id = env.find('CLOUDINARY_API_KEY') ?? env.find('NEXT_PUBLIC_CLOUDINARY_API_KEY')
  if (!secret || !id || settings.keys.length === 0) return []
  if (secret.value === id.value) {
    return [
      {
        severity: 'red',
        seen: `CLOUDINARY_API_SECRET and ${id.name} hold the same value.`,
        advice:
          'The secret is the longer text beside the key id. Put that into CLOUDINARY_API_SECRET.',
      },
    ]
  }
  if (!isKeyId(secret.value) || isKeyId(id.value)) return []
  const isPublic = id.name.startsWith('NEXT_PUBLIC_')
  return [
    {
      severity: 'red',
      seen: `CLOUDINARY_API_SECRET and ${id.name} are swapped: the secret is all digits, as a key id is, and the id is not.`,
      advice: isPublic
        ? 'Exchange them, and make a new key: pages were built with the secret in them.'
        : 'Exchange them.',
    },
  ]
}

function isKeyId(text: string): boolean {
  return /^\d{12,18}$/.test(text)
}
