/** How each command is used; `init` and `doctor` say it themselves. @module */

const SERVE_OPTIONS = `  --host ADDRESS        listen there [127.0.0.1, COUNTERSIGN_HOST]
  --port NUMBER         [8787, PORT]
`

const CATALOG = `Catalog: COUNTERSIGN_DATABASE; else .countersign/catalog.db, if countersign dev made this folder (COUNTERSIGN_DATA names
another); else data/catalog.db.
`

/** Usage by the command's name. */
export const USAGES: ReadonlyMap<string, string> = new Map([
  [
    'serve',
    `countersign serve     runs the media server, configured by COUNTERSIGN_* variables

${SERVE_OPTIONS}
countersign config --effective prints every setting and limit in force.
`,
  ],
  [
    'dev',
    `countersign dev       runs the media server for development: makes its own cloud and keys, and keeps them

${SERVE_OPTIONS}  --prepare             make cloud and keys, and stop
  --env                 print the .env.local lines of an app, and stop

Data: COUNTERSIGN_DATA [./.countersign].
`,
  ],
  [
    'keys',
    `countersign keys      makes and ends keys, as rows of the catalog

  keys create           --cloud NAME   the cloud that the key belongs to [the one of countersign dev]
                        --scopes LIST  of upload, manage, deliver, webhook, joined with + [upload]
                        --preset NAME  what the key may store at most [default]
  keys list             the keys, without their secrets
  keys rotate ID        makes a key beside an old one, which then only verifies
  keys revoke ID        ends a key, within 5 seconds on every server

${CATALOG}`,
  ],
  [
    'presets',
    `countersign presets   what a cloud's keys may store

  presets list          every preset  [--cloud NAME]
  presets show NAME     one of them
  presets set NAME      changes what is named, and keeps the rest:
    --accept LIST         types, such as image/*,video/mp4
    --max-bytes NUMBER    --max-pixels NUMBER
    --resource-types LIST of image, video, raw
    --sources LIST        of file, data, url
    --overwrite true|false
    --unsigned true|false
    --disallow-public-id true|false

Example: countersign presets set avatars --max-bytes 5000000 --accept 'image/*'

${CATALOG}`,
  ],
  [
    'notifications',
    `countersign notifications   what waits to be told, and what was given up

  notifications list    [--state dead|pending|done]  [--cloud NAME]
  notifications replay  sends again: ID…, or --all of what was given up  [--cloud NAME]

${CATALOG}`,
  ],
  [
    'config',
    `countersign config    prints the configuration

  --effective           settings and limits in force, without secrets
  --json                as JSON
`,
  ],
  [
    'collect',
    `countersign collect   takes away what no row needs; the server does it every hour

  --dry-run             only count it
  --force               also where the collector would rather stop

${CATALOG}`,
  ],
])
