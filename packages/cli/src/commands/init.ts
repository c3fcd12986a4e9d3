/** `countersign init`: sets up signed uploads in an existing app. @module */

import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import { type SetUp, setUpApp } from '../init/set-up-app.js'
import { serverUrl } from '../server-url.js'
import { UsageError } from '../usage-error.js'

const USAGE = `countersign init     writes the variables of countersign dev into .env.local and, in a Next.js app, the signing route

  --dir FOLDER     the app's folder
  --yes            ask nothing; a file that is there stays as it is
  --force          replace a signing route that is there
`

/** Set up, and say what was done and what comes next. */
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
    if (Object(error).code === 'ABORT_ERR') return stopped()
    const isWrongUse =
      error instanceof UsageError || String(Object(error).code ?? '').startsWith('ERR_PARSE_ARGS_')
    if (!isWrongUse) throw error
    process.stderr.write(`countersign init: ${(error as Error).message}\n`)
    process.exitCode = 2
  }
}

/** Ctrl+C or Ctrl+D at the question, which comes before anything is written. */
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
    const answer = await terminal.question(`${file} is there already. Replace it? [y/N] `)
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
    ...(env.kept.length > 0 ? [`Kept as they were: ${env.kept.join(', ')}`] : []),
    ...(env.different.length > 0 && env.added.length > 0 ? [MIXED] : []),
    ...(env.closedFrom === null
      ? []
      : [
          `Other users could read ${envFile} (mode ${env.closedFrom}): it is yours alone now (600), since it holds secrets.`,
        ]),
    ...(isEnvTracked
      ? [
          `Look out: .gitignore does not name ${envFile}, which holds secrets: add the line ${envFile === '.env' ? '.env' : '.env*.local'}`,
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

/** Returns the command that starts the server at the address and with the data of this command. */
function devCommand(environment: Readonly<Record<string, string | undefined>>): string {
  const settings = DEV_SETTINGS.flatMap((name) => {
    const value = environment[name]?.trim() ?? ''
    if (value === '') return []
    return [`${name}=${/^[\w./:-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`} `]
  })
  return `${settings.join('')}npx countersign dev`
}

/** Variables that both commands read. */
const DEV_SETTINGS = ['PORT', 'COUNTERSIGN_HOST', 'COUNTERSIGN_PUBLIC_URL', 'COUNTERSIGN_DATA']

const ROUTE_WORDS: Readonly<Record<NonNullable<SetUp['route']>, (file: string) => string>> = {
  written: (file) => `Wrote ${file}: it signs for nobody yet.`,
  replaced: (file) => `Replaced ${file}: it signs for nobody yet.`,
  unchanged: (file) => `${file} is there already, as this command writes it.`,
  refused: (file) => `Left ${file} as it is: it is there already. --force replaces it.`,
}

const MIXED =
  'Look out: the kept values are not those of countersign dev. Cloud, key and secret belong together:\ncompare with `npx countersign dev --env`.'
