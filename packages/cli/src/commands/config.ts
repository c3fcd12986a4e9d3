/**
 * `countersign config --effective`: prints the settings and limits in force, without secrets.
 * @module
 */

import { parseArgs } from 'node:util'
import {
  configWarnings,
  LIMIT_NAMES,
  LIMIT_SPECS,
  readConfig,
  type ServerConfig,
} from '@countersign/server/catalog'
import { layOutTable } from '../table.js'
import { UsageError } from '../usage-error.js'

/** Prints the effective configuration. */
export async function config(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { effective: { type: 'boolean' }, json: { type: 'boolean' } },
  })
  if (!values.effective) throw new UsageError('use config --effective [--json]')
  const read = readConfig(process.env)
  for (const warning of configWarnings(process.env)) {
    process.stderr.write(`countersign config: ${warning}\n`)
  }
  process.stdout.write(values.json ? `${asJson(read)}\n` : `${asText(read)}\n`)
}

function asText(read: ServerConfig): string {
  const settings = settingsOf(read).map(([name, value]) => [name, textOf(value)])
  const limits = LIMIT_NAMES.map((name) => {
    const { variable, fallback, max, what } = LIMIT_SPECS[name]
    const value = read[name]
    const mark = value === fallback ? '' : '*'
    return [variable ?? '(fixed)', `${value}${mark}`, String(fallback), String(max), what]
  })
  return [
    layOutTable([['setting', 'value'], ...settings]),
    '',
    layOutTable([['limit', 'in force', 'default', 'maximum', 'meaning'], ...limits]),
  ].join('\n')
}

function textOf(value: unknown): string {
  const isTable = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isTable ? JSON.stringify(value) : String(value)
}

function asJson(read: ServerConfig): string {
  const limits = LIMIT_NAMES.map((name) => [name, read[name]])
  return JSON.stringify(
    { settings: Object.fromEntries(settingsOf(read)), limits: Object.fromEntries(limits) },
    null,
    2,
  )
}

/** Returns all settings except the limits, by name, without secrets. */
function settingsOf(read: ServerConfig): readonly (readonly [string, unknown])[] {
  return Object.entries(read)
    .filter(([name]) => !LIMIT_NAMES.some((limit) => limit === name))
    .map(([name, value]) => [name, shown(name, value)] as const)
}

function shown(name: string, value: unknown): unknown {
  if (name === 'keys') {
    return (value as ServerConfig['keys']).map(
      ({ cloud, id, scopes, preset }) =>
        `${cloud}/${id}:${scopes.join('+')}${preset ? `:${preset}` : ''}`,
    )
  }
  if (value === null || value === undefined) return null
  if (/secret|password|token/i.test(name)) return '[secret]'
  if (Array.isArray(value)) return value.map((item) => withoutCredentials(String(item)))
  return typeof value === 'string' ? withoutCredentials(value) : value
}

// An address may contain a password, and its query a token.
function withoutCredentials(text: string): string {
  if (!URL.canParse(text) || !/^[a-z0-9+]+:\/\//i.test(text)) return text
  const url = new URL(text)
  const isPlain = !url.username && !url.password && !url.search
  return isPlain ? text : `${url.protocol}//[secret]@${url.host}${url.pathname}`
}
