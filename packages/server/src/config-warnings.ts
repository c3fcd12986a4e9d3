/** Returns warnings about the environment that do not stop the server: misspelled names, and secrets that are easy to guess. @module */

import { SHORT_SECRET_CHARACTERS, secretLength } from '@countersign/protocol/signature'
import { closestMatch } from 'leven'
import { configVariables } from './config.js'
import { type Environment, readKeys } from './configured-keys.js'

/** Variables that another part of the project reads, often from the same file. */
const VARIABLES_OF_OTHERS: readonly string[] = [
  'COUNTERSIGN_DATA',
  'COUNTERSIGN_URL',
  'COUNTERSIGN_ADMIN_KEY',
  'COUNTERSIGN_ADMIN_SECRET',
  'COUNTERSIGN_SCREENSHOTS',
]

const PREFIX = 'COUNTERSIGN_'

/** Variables that Kubernetes and Docker links set for a service whose name begins with `countersign`. */
const SERVICE_VARIABLE =
  /^COUNTERSIGN_([A-Z0-9_]+_)?(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$/

/**
 * Returns one warning text per problem. No text contains a secret.
 * @param environment The variables, such as `process.env`, after `readConfig` accepted them.
 */
export function configWarnings(environment: Environment): readonly string[] {
  return [...unknownVariables(environment), ...shortSecrets(environment)]
}

function unknownVariables(environment: Environment): readonly string[] {
  const known = [...configVariables(), ...VARIABLES_OF_OTHERS]
  return Object.entries(environment)
    .filter(([name, value]) => name.startsWith(PREFIX) && value?.trim() && !known.includes(name))
    .filter(([name, value]) => !isServiceVariable(name, value ?? ''))
    .map(([name]) => {
      const nearest = nearestOf(name, known)
      return `${name} is an unknown variable and changes nothing. The nearest known one is ${nearest}`
    })
}

function isServiceVariable(name: string, value: string): boolean {
  // A port alone is a person's mistake for PORT; Kubernetes writes tcp://10.0.0.1:8787.
  return SERVICE_VARIABLE.test(name) && !(name === 'COUNTERSIGN_PORT' && /^\d+$/.test(value.trim()))
}

function nearestOf(name: string, known: readonly string[]): string | undefined {
  const rest = name.slice(PREFIX.length)
  if (known.includes(rest)) return rest
  return closestMatch(
    name,
    known.filter((other) => other.startsWith(PREFIX)),
  )
}

function shortSecrets(environment: Environment): readonly string[] {
  const { CLOUDINARY_URL } = environment
  return readKeys({ CLOUDINARY_URL }, [])
    .filter(({ secret }) => secretLength(secret) < SHORT_SECRET_CHARACTERS)
    .map(
      ({ id }) =>
        `CLOUDINARY_URL: the secret of the API key ${id} has fewer than ${SHORT_SECRET_CHARACTERS} characters, which is easy to guess`,
    )
}
