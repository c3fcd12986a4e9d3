/** Usage texts of the commands. `init` and `doctor` have their own. @module */

const SERVE_OPTIONS = `  --host ADDRESS        listen there [127.0.0.1, COUNTERSIGN_HOST]
  --port NUMBER         [8787, PORT]
`

const CATALOG = `Catalog: COUNTERSIGN_DATABASE; else .countersign/catalog.db if countersign dev created that folder (COUNTERSIGN_DATA
names another folder); else data/catalog.db.
`

/** Usage texts by command name. */
export const USAGES: ReadonlyMap<string, string> = new Map([
  [
    'serve',
    `countersign serve     runs the media server, configured by COUNTERSIGN_* variables

${SERVE_OPTIONS}
countersign config --effective prints every setting and limit in force.
`,
  ],
  [
    'work',
    `countersign work      runs background jobs only: notifications, async uploads, eager transformations, archives

Configured by the same COUNTERSIGN_* variables as countersign serve, on the same storage folder and catalog. Set
COUNTERSIGN_PUBLIC_URL as for serve, because notifications contain URLs. Any number of workers may run beside a server.
`,
  ],
  [
    'dev',
    `countersign dev       runs the media server for development, with its own cloud and keys

${SERVE_OPTIONS}  --prepare             create cloud and keys, and stop
  --env                 print the .env.local lines of an app, and stop

Data: COUNTERSIGN_DATA [./.countersign].
`,
  ],
  [
    'keys',
    `countersign keys      manages the keys in the catalog

  keys create           --cloud NAME   cloud of the key [the cloud of countersign dev]
                        --scopes LIST  of upload, manage, deliver, webhook, joined with + [upload]
                        --preset NAME  preset that limits the key [default]
  keys list             the keys, without their secrets
  keys rotate ID        creates a successor of a key; the old key still verifies
  keys revoke ID        revokes a key, within 5 seconds on every server

${CATALOG}`,
  ],
  [
    'presets',
    `countersign presets   manages the upload presets of a cloud

  presets list          lists the presets  [--cloud NAME]
  presets show NAME     prints one preset
  presets set NAME      changes the given limits and keeps the others:
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
    `countersign notifications   lists pending and dead notifications, and sends them again

  notifications list    [--state dead|pending|done]  [--cloud NAME]
  notifications replay  sends again: ID…, or --all for all dead notifications  [--cloud NAME]

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
    `countersign collect   deletes unreferenced files; a server does so every hour

  --dry-run             only count the files
  --force               also delete when the catalog looks wrong

${CATALOG}`,
  ],
])
