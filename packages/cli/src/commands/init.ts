/** `countersign init`: sets up signed uploads in an existing app. @module */

import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import { errorCode } from '@countersign/protocol/errors'
import { type SetUp, setUpApp } from '../init/set-up-app.js'
import { serverUrl } from '../server-url.js'
import { isWrongUse } from '../usage-error.js'

const USAGE = `countersign init     adds the variables of countersign dev to .env.local and, in a Next.js app, creates the signing route

  --dir FOLDER     folder of the app
  --yes            do not ask; keep existing files
  --force          replace an existing signing route
`

/** Sets up the app, and prints the result and the next steps. */
export async function init(args: readonly string[]): Promise<void> {
  try {
    const options = readOptions(args)
    if (options.isHelp) return void process.stdout.write(USAGE)
    const { env } = process
    const done = await setUpApp({
      folder: options.folder,
      dataFolder: resolve(env.COUNTERSIGN_DATA ?? join(options.folder, '.countersign')),
      serverUrl: serverUrl(env),
      mayReplace: options.mayReplace,
    })
    process.stdout.write(tell(done))
    process.exitCode = done.route === 'refused' ? 1 : 0
  } catch (error) {
    if (errorCode(error) === 'ABORT_ERR') return stopped()
    if (!isWrongUse(error)) throw error
    process.stderr.write(`countersign init: ${error.message}\n`)
    process.exitCode = 2
  }
}

/** Handles Ctrl+C and Ctrl+D at the question. Nothing has been written at that point. */
function stopped(): void {
  process.stderr.write('\ncountersign init: stopped, nothing was written.\n')
  process.exitCode = 130
}

function readOptions(args: readonly string[]): {
  folder: string
  isHelp: boolean
  mayReplace: (file: string) => Promise<boolean>
} {
  const { values } = parseArgs({
    args: [...args],
    options: {
      dir: { type: 'string', default: '.' },
      force: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
      yes: { type: 'boolean', short: 'y', default: false },
    },
  })
  const isAsked = !values.yes && process.stdin.isTTY === true && process.stdout.isTTY === true
  return {
    folder: resolve(values.dir),
    isHelp: values.help,
    mayReplace: async (file) => values.force || (isAsked && (await askToReplace(file))),
  }
}

async function askToReplace(file: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  try {
    const answer = await terminal.question(`${file} exists already. Replace it? [y/N] `)
    return /^y(?:es)?$/i.test(answer.trim())
  } finally {
    terminal.close()
  }
}

function tell(done: SetUp): string {
  const { layout, route, env, envFile, isEnvTracked } = done
  const lines = [
    ...('routeFile' in layout && route ? [ROUTE_WORDS[route](layout.routeFile)] : []),
    ...('guide' in layout
      ? [`This app uses ${layout.framework}: you write its signing route.`]
      : []),
    ...(env.added.length > 0 ? [`Added to ${envFile}: ${env.added.join(', ')}`] : []),
    ...(env.kept.length > 0 ? [`Kept unchanged: ${env.kept.join(', ')}`] : []),
    ...(env.different.length > 0 && env.added.length > 0 ? [MIXED] : []),
    ...(env.closedFrom === null
      ? []
      : [
          `Other users could read ${envFile} (mode ${env.closedFrom}): it is yours alone now (600), since it holds secrets.`,
        ]),
    ...(isEnvTracked
      ? [
          `Warning: .gitignore does not cover ${envFile}, which holds secrets. Add the line ${envFile === '.env' ? '.env' : '.env*.local'}`,
        ]
      : []),
    '',
    'Next:',
    ...(layout.hasEndpoint
      ? []
      : [
          '  - install the pack of @countersign/endpoint: it is not on npm yet (README of Countersign)',
        ]),
    nextStep(done),
    `  - start the media server beside your app: ${devCommand(process.env)}`,
    '  - look for mistakes: npx countersign doctor',
  ]
  return `${lines.join('\n')}\n`
}

function nextStep({ layout, route }: SetUp): string {
  if ('guide' in layout)
    return `  - write the signing route as ${layout.guide} of Countersign shows`
  const { routeFile } = layout
  return route === 'refused'
    ? `  - npx countersign doctor: does ${routeFile} sign for strangers?`
    : `  - in ${routeFile}, let authorize return the signed-in user`
}

/**
 * Returns the command that starts the server with the address and data folder of this command's
 * environment.
 */
function devCommand(environment: Readonly<Record<string, string | undefined>>): string {
  const settings = DEV_SETTINGS.flatMap((name) => {
    const value = environment[name]?.trim() ?? ''
    if (value === '') return []
    return [`${name}=${/^[\w./:-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`} `]
  })
  return `${settings.join('')}npx countersign dev`
}

/** Variables that both `init` and `dev` read. */
const DEV_SETTINGS = ['PORT', 'COUNTERSIGN_HOST', 'COUNTERSIGN_PUBLIC_URL', 'COUNTERSIGN_DATA']

const ROUTE_WORDS: Readonly<Record<NonNullable<SetUp['route']>, (file: string) => string>> = {
  written: (file) => `Wrote ${file}: every upload is refused until you fill in authorize.`,
  replaced: (file) => `Replaced ${file}: every upload is refused until you fill in authorize.`,
  unchanged: (file) => `${file} is up to date.`,
  refused: (file) => `Kept ${file}, which exists already. --force replaces it.`,
}

const MIXED =
  'Warning: the kept values differ from those of countersign dev. Cloud, key and secret must belong together:\ncompare with `npx countersign dev --env`.'
