/**
 * `countersign doctor [url]`: checks a running app and its files, with the requests that the widget
 * sends. @module
 */

import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { findApp } from '../doctor/find-app.js'
import { renderReport } from '../doctor/render-report.js'
import { runChecks } from '../doctor/run-checks.js'
import type { ExamineOptions } from '../doctor/subject.js'
import { isWrongUse, UsageError } from '../usage-error.js'

const USAGE = `countersign doctor [url]     checks a running app; default: the app that runs in the folder, else http://localhost:3000

  --dir FOLDER        folder of the app, with its .env files and build output
  --endpoint PATH     path of the signing route [found in the source]
  --server URL        address of the media server; needed only if it is on another machine
  --cookie TEXT       Cookie header of a signed-in user
  --json              print the report as JSON

To read presets, the doctor needs a full key: COUNTERSIGN_ADMIN_KEY and COUNTERSIGN_ADMIN_SECRET. It finds the key of countersign dev.
Without .env files, the doctor reads the environment.
Exit code: 0 no red finding, 1 red findings, 2 wrong usage.
`

/** Runs the checks, prints the report and sets the exit code. */
export async function doctor(args: readonly string[]): Promise<void> {
  try {
    const { isJson, isHelp, options } = await readOptions(args)
    if (isHelp) return void process.stdout.write(USAGE)
    const report = await runChecks(options)
    const isColored = process.stdout.isTTY === true && !process.env.NO_COLOR
    process.stdout.write(
      isJson ? `${JSON.stringify(report, null, 2)}\n` : renderReport(report, { isColored }),
    )
    process.exitCode = report.counts.red > 0 ? 1 : 0
  } catch (error) {
    if (!isWrongUse(error)) throw error
    process.stderr.write(`countersign doctor: ${error.message}\n\n${USAGE}`)
    process.exitCode = 2
  }
}

async function readOptions(
  args: readonly string[],
): Promise<{ isJson: boolean; isHelp: boolean; options: ExamineOptions }> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      cookie: { type: 'string' },
      dir: { type: 'string', default: '.' },
      endpoint: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
      json: { type: 'boolean', default: false },
      server: { type: 'string' },
    },
  })
  if (positionals.length > 1) throw new UsageError(`one address, not ${positionals.length}`)
  const endpoint = values.endpoint
  if (endpoint !== undefined && !endpoint.startsWith('/')) {
    throw new UsageError(`--endpoint ${endpoint}: a path that starts with /`)
  }
  const folder = resolve(values.dir)
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (!isFolder) throw new UsageError(`--dir ${values.dir}: there is no such folder`)
  const { env } = process
  const { COUNTERSIGN_ADMIN_KEY: id, COUNTERSIGN_ADMIN_SECRET: secret } = env
  const dataFolder = resolve(env.COUNTERSIGN_DATA ?? join(folder, '.countersign'))
  const [named] = positionals
  const app =
    named === undefined && !values.help
      ? await findApp({ folder, dataFolder })
      : { url: readUrl(named ?? 'http://localhost:3000', 'the address') }
  return {
    isJson: values.json,
    isHelp: values.help,
    options: {
      ...app,
      folder,
      dataFolder,
      environment: env,
      endpoint,
      cookie: values.cookie,
      server: values.server === undefined ? undefined : readUrl(values.server, '--server'),
      admin: id && secret ? { id, secret } : undefined,
    },
  }
}

function readUrl(text: string, name: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && /^https?:$/.test(url.protocol)) return url
  throw new UsageError(`${name} ${text}: it must start with http:// or https://`)
}
