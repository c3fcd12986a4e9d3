/** The `countersign` command. @module */

import { MediaError } from '@countersign/protocol/errors'
import { restrictUmask } from './umask.js'
import { USAGES } from './usage.js'
import { isWrongUse } from './usage-error.js'

const HELP = `countersign <command>

  serve                 run the media server, configured by COUNTERSIGN_* variables
  work                  run background jobs only, on the data of serve
  dev                   run the media server for development, with its own cloud and keys
    --prepare             create cloud and keys, and stop
    --env                 print the .env.local lines of an app, and stop
  init                  set up signed uploads in an app
  doctor [url]          check a running app and its files
  keys create           create a key:  --cloud NAME  [--scopes upload]  [--preset NAME]
  keys list             list the keys, without their secrets
  keys rotate ID        create a successor of a key; the old key still verifies
  keys revoke ID        revoke a key, within 5 seconds on every server
  collect               delete unreferenced files; a server does so every hour
    --dry-run             only count the files
    --force               also delete when the catalog looks wrong
  config --effective    print every setting and limit in force, without secrets  [--json]
  notifications list    list pending and dead notifications:  [--state dead|pending|done]
  notifications replay  send notifications again:  ID…  or  --all
  presets list|show|set manage upload presets:  presets set default --max-bytes 5000000

Add --help to a command for its options.
Options of serve and dev: --host 127.0.0.1 (COUNTERSIGN_HOST), --port 8787 (PORT).
Data of serve and work: COUNTERSIGN_STORAGE and COUNTERSIGN_DATABASE [./data]; of dev: COUNTERSIGN_DATA [./.countersign].
keys, presets, notifications and collect use the data of dev if it exists and neither COUNTERSIGN_STORAGE nor COUNTERSIGN_DATABASE is set.
`

type Command = (args: readonly string[]) => Promise<void>

// Commands are loaded on demand, so that `keys list` does not load the HTTP server.
const COMMANDS: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['collect', async () => (await import('./commands/collect.js')).collect],
  ['config', async () => (await import('./commands/config.js')).config],
  ['dev', async () => (await import('./commands/dev.js')).dev],
  ['doctor', async () => (await import('./commands/doctor.js')).doctor],
  ['init', async () => (await import('./commands/init.js')).init],
  ['keys', async () => (await import('./commands/keys.js')).keys],
  ['notifications', async () => (await import('./commands/notifications.js')).notifications],
  ['presets', async () => (await import('./commands/presets.js')).presets],
  ['serve', async () => (await import('./commands/serve.js')).serve],
  ['work', async () => (await import('./commands/work.js')).work],
])

// Set before any command creates a file, because a catalog holds API secrets.
restrictUmask()

const [name = 'help', ...args] = process.argv.slice(2)
const load = COMMANDS.get(name)
const usage = USAGES.get(name)

if (usage && args.some(isHelp)) {
  process.stdout.write(usage)
} else if (load) {
  load()
    .then((command) => command(args))
    .catch(fail)
} else {
  const isAsked = name === 'help' || isHelp(name)
  if (!isAsked) process.stderr.write(`countersign: there is no command "${name}"\n\n`)
  process.stdout.write(HELP)
  process.exitCode = isAsked ? 0 : 2
}

function isHelp(argument: string): boolean {
  return argument === '--help' || argument === '-h'
}

function fail(error: unknown): void {
  const isExpected = error instanceof MediaError || isWrongUse(error)
  const text = isExpected ? error.message : stackOf(error)
  process.stderr.write(`countersign ${name}: ${text}\n`)
  process.exit(1)
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
