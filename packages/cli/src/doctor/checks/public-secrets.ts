/** Checks that no variable with a public prefix holds a secret. @module */

import { type Check, type Finding, green, notChecked } from '../check.js'
import type { EnvEntry } from '../env-files.js'
import type { Subject } from '../subject.js'

/** Searches public variables for secrets. */
export const publicSecrets: Check = { name: 'public-secrets', title: 'Public variables', run }

const PUBLIC_PREFIXES: readonly string[] = [
  'NEXT_PUBLIC_',
  'VITE_',
  'PUBLIC_',
  'EXPO_PUBLIC_',
  'REACT_APP_',
]
const MIN_SECRET_LENGTH = 8

function run({ env, settings }: Subject): Finding[] {
  if (env.files.length === 0)
    return [notChecked('there is no .env file, and the environment has no variable of the app')]
  const found = env.entries
    .filter(({ name }) => PUBLIC_PREFIXES.some((prefix) => name.startsWith(prefix)))
    .filter((entry) => isSecret(entry, settings.secrets))
    .map(
      ({ name, file }): Finding => ({
        severity: 'red',
        seen: `${name} in ${file} holds a secret, and its prefix copies it into every page.`,
        advice: 'Remove the variable, then replace that key, because its secret is public.',
      }),
    )
  return found.length > 0 ? found : [green('No variable that pages see holds a secret.')]
}

function isSecret({ name, value }: EnvEntry, secrets: Subject['settings']['secrets']): boolean {
  if (value === '') return false
  const isNamedSecret = /SECRET|PRIVATE_KEY/.test(name)
  const holdsUrl = /cloudinary:\/\/[^:@/]+:[^:@/]+@/.test(value)
  return (
    isNamedSecret ||
    holdsUrl ||
    secrets.some(
      (secret) => secret.value.length >= MIN_SECRET_LENGTH && value.includes(secret.value),
    )
  )
}
