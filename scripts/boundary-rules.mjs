/** Rules for imports between files, which `check-boundaries.mjs` checks. @module */

/**
 * Allowed imports between our packages. A name without a subpath allows all entry points of that
 * package.
 */
export const ARROWS = new Map([
  ['protocol', []],
  ['endpoint', ['protocol']],
  ['server', ['protocol']],
  [
    'widget',
    [
      'protocol/params',
      'protocol/limits',
      'protocol/media-types',
      'protocol/media-types/names',
      'protocol/errors',
      'protocol/transformation',
    ],
  ],
  ['react', ['widget', 'protocol/transformation']],
  ['cli', ['server', 'endpoint', 'protocol']],
])

/** Rules inside packages: files below `from` never import files below any of `never`. */
export const LAYERS = [
  // Shared folders and contracts import no feature. `services.ts` and `media-server.ts` combine the
  // features.
  {
    package: 'server',
    from: ['access/', 'audit/', 'catalog/', 'http/', 'jobs/', 'params/', 'remote/', 'storage/'],
    never: [
      'admin/',
      'archives/',
      'assets/',
      'delivery/',
      'inspection/',
      'notifications/',
      'presets/',
      'structured-metadata/',
      'upkeep/',
      'upload/',
      'widget-script/',
    ],
  },
  { package: 'server', from: ['assets/'], never: ['archives/', 'upload/'] },
  {
    package: 'server',
    from: ['delivery/'],
    never: ['archives/', 'assets/', 'inspection/', 'upload/'],
  },
  {
    package: 'server',
    from: ['inspection/', 'notifications/'],
    never: ['archives/', 'assets/', 'upload/'],
  },
  {
    package: 'server',
    from: ['structured-metadata/'],
    never: ['archives/', 'assets/', 'presets/', 'upload/'],
  },
  { package: 'server', from: ['catalog/sqlite/'], never: ['storage/disk/'] },
  { package: 'server', from: ['storage/disk'], never: ['storage/s3'] },
  { package: 'server', from: ['storage/s3'], never: ['storage/disk'] },
  { package: 'server', from: ['catalog/sqlite'], never: ['catalog/postgres'] },
  { package: 'server', from: ['catalog/postgres'], never: ['catalog/sqlite'] },
  { package: 'widget', from: ['core/'], never: ['form/', 'options/', 'view/'] },
  { package: 'widget', from: ['options/'], never: ['form/', 'view/'] },
  {
    package: 'widget',
    from: ['view/state/', 'view/words/'],
    never: ['view/controls/', 'view/crop/', 'view/dialog/', 'view/files/', 'view/sources/'],
  },
  {
    package: 'endpoint',
    from: ['http/', 'policy/'],
    never: ['adapters/', 'caller/', 'completion/', 'keys/', 'signing/'],
  },
]

/** Files whose types every feature uses and that use types of every feature. Arrows to them make no cycle between folders. */
export const COMPOSITIONS = [{ package: 'server', file: 'services.ts' }]

/** Maximum number of source files in a folder, without tests. */
export const MAX_FOLDER_FILES = 30
/** Maximum number of lines in a source file. */
export const MAX_FILE_LINES = 400
/** Files that consist of one table and may have more lines. */
export const TABLES = ['packages/server/src/limits.ts']

/**
 * Libraries that a package's entries must not load, even indirectly: untrusted bytes are decoded in
 * a separate process.
 */
export const CONFINED = [
  { package: 'server', library: 'sharp', entries: ['index.ts', 'collect.ts', 'catalog-entry.ts'] },
]

/** Where the environment may be read: a whole package, or one file of a package. */
export const ENVIRONMENT_READERS = [
  { package: 'cli', file: null },
  { package: 'server', file: 'config.ts' },
  { package: 'react', file: 'config.ts' },
  { package: 'endpoint', file: 'keys-from-env.ts' },
]

/**
 * Files of the server that may read the remote address of a socket. All other files use
 * `request.client`.
 */
export const ADDRESS_READERS = ['http/client-address.ts', 'remote/dialler.ts']
