/** Every parameter of every Upload API action: what it is, who may set it, whether it is signed. @module */

export { isUnderPrefix, withSlash } from './path-prefix.js'

export { parseSeconds, parseWholeNumber } from './wire-number.js'

/** The Upload API's actions, by the last segment of their path (`asset/destroy` and its like in snake case). */
export type Action =
  | 'upload'
  | 'explicit'
  | 'rename'
  | 'destroy'
  | 'asset_destroy'
  | 'delete_by_token'
  | 'tags'
  | 'context'
  | 'metadata'
  | 'text'
  | 'sprite'
  | 'multi'
  | 'explode'
  | 'generate_archive'
  | 'download'
  | 'download_backup'
  | 'create_slideshow'

/** What a key may be used for. */
export type Scope = 'upload' | 'manage' | 'deliver' | 'webhook'

/** All scopes, in the order in which they are printed. */
export const SCOPES: readonly Scope[] = ['upload', 'manage', 'deliver', 'webhook']

/**
 * The scope that each action asks of a key, `null` where no key is involved. Scope binds the action: the signature does not.
 * @see docs/guide/keys.md
 */
export const ACTION_SCOPES: Readonly<Record<Action, Scope | null>> = {
  upload: 'upload',
  explicit: 'manage',
  rename: 'manage',
  destroy: 'manage',
  asset_destroy: 'manage',
  delete_by_token: null,
  tags: 'manage',
  context: 'manage',
  metadata: 'manage',
  text: 'manage',
  sprite: 'manage',
  multi: 'manage',
  explode: 'manage',
  generate_archive: 'manage',
  download: 'manage',
  download_backup: 'manage',
  create_slideshow: 'manage',
}

/** Shape of a value as text on the wire. */
export type WireType = 'text' | 'integer' | 'boolean' | 'list' | 'pairs' | 'json' | 'file'

/**
 * Who may decide a value when a browser asks for a signature. `client`: any rule; `server-only`: only forced by the app's policy;
 * `never`: not signable at all.
 */
export type RiskClass = 'client' | 'server-only' | 'never'

/** What our server does with the parameter today. `later` and `refused` are answered with 400, `ignored` with silence. */
export type Support = 'supported' | 'later' | 'refused' | 'ignored'

/** One row of the table. */
export interface ParamSpec {
  /** Name on the wire, snake case. */
  readonly name: string
  /** Actions that recognise it. What an action does not recognise is neither signed nor used nor kept. */
  readonly actions: readonly Action[]
  readonly type: WireType
  readonly risk: RiskClass
  /** Whether it is part of the string to sign. */
  readonly isSigned: boolean
  readonly support: Support
}

const UPLOAD_LIKE: readonly Action[] = ['upload', 'explicit']
const SIGNED_ACTIONS: readonly Action[] = [
  'upload',
  'explicit',
  'rename',
  'destroy',
  'asset_destroy',
  'tags',
  'context',
  'metadata',
  'text',
  'sprite',
  'multi',
  'explode',
  'generate_archive',
  'download',
  'download_backup',
  'create_slideshow',
]
const ALL_ACTIONS: readonly Action[] = [...SIGNED_ACTIONS, 'delete_by_token']

type Row = readonly [
  names: string,
  actions: readonly Action[],
  type: WireType,
  risk: RiskClass,
  support: Support,
  isSigned?: false,
]

// Names in one row share everything. `support` speaks of our server; the SDKs sign a name whether or not we support it.
const ROWS: readonly Row[] = [
  // Never part of the string to sign (protocol: signatures 2.2).
  ['file', ['upload'], 'file', 'never', 'supported', false],
  ['cloud_name resource_type api_key signature', ALL_ACTIONS, 'text', 'never', 'supported', false],
  ['token', ['delete_by_token'], 'text', 'never', 'supported', false],
  // The secret's own names: recognised so that a policy can refuse them by name.
  ['api_secret', ALL_ACTIONS, 'text', 'never', 'refused', false],

  ['timestamp', SIGNED_ACTIONS, 'integer', 'client', 'supported'],

  // Countersign parameters. The nonce makes a retry safe; the endpoint sets limits, claims and user_tag.
  ['nonce', ['upload'], 'text', 'client', 'supported'],
  ['limits', ['upload'], 'json', 'never', 'supported'],
  ['claims user_tag', ['upload'], 'text', 'never', 'supported'],

  // Naming and placement.
  [
    'public_id',
    [...UPLOAD_LIKE, 'destroy', 'text', 'explode', 'download', 'create_slideshow'],
    'text',
    'client',
    'supported',
  ],
  [
    'folder asset_folder display_name filename_override',
    UPLOAD_LIKE,
    'text',
    'client',
    'supported',
  ],
  ['use_filename unique_filename', UPLOAD_LIKE, 'boolean', 'client', 'supported'],
  ['public_id_prefix', UPLOAD_LIKE, 'text', 'server-only', 'supported'],
  [
    'use_asset_folder_as_public_id_prefix use_filename_as_display_name discard_original_filename',
    UPLOAD_LIKE,
    'boolean',
    'server-only',
    'supported',
  ],
  ['unique_display_name', UPLOAD_LIKE, 'boolean', 'server-only', 'supported'],
  ['upload_preset', [...UPLOAD_LIKE, 'create_slideshow'], 'text', 'client', 'supported'],
  ['source', UPLOAD_LIKE, 'text', 'client', 'supported'],
  [
    'type',
    [
      ...SIGNED_ACTIONS.filter(
        (action) => action !== 'asset_destroy' && action !== 'download_backup',
      ),
    ],
    'text',
    'server-only',
    'supported',
  ],

  // Annotation.
  ['tags', [...UPLOAD_LIKE, 'generate_archive', 'create_slideshow'], 'list', 'client', 'supported'],
  ['context', [...UPLOAD_LIKE, 'context', 'rename'], 'pairs', 'client', 'supported'],
  ['metadata', [...UPLOAD_LIKE, 'metadata', 'rename'], 'pairs', 'client', 'supported'],
  ['clear_invalid', [...UPLOAD_LIKE, 'metadata'], 'boolean', 'server-only', 'supported'],
  ['custom_coordinates face_coordinates', UPLOAD_LIKE, 'text', 'client', 'supported'],
  ['regions', UPLOAD_LIKE, 'json', 'client', 'supported'],

  // Rules for what is stored.
  ['allowed_formats', UPLOAD_LIKE, 'list', 'client', 'supported'],
  [
    'overwrite',
    [...UPLOAD_LIKE, 'rename', 'create_slideshow'],
    'boolean',
    'server-only',
    'supported',
  ],
  [
    'invalidate',
    [...UPLOAD_LIKE, 'rename', 'destroy', 'asset_destroy'],
    'boolean',
    'server-only',
    'supported',
  ],
  ['backup', UPLOAD_LIKE, 'boolean', 'server-only', 'supported'],
  [
    'format',
    [...UPLOAD_LIKE, 'sprite', 'multi', 'explode', 'download'],
    'text',
    'server-only',
    'supported',
  ],
  [
    'transformation',
    [...UPLOAD_LIKE, 'sprite', 'multi', 'explode', 'download', 'create_slideshow'],
    'text',
    'server-only',
    'supported',
  ],
  ['eager', UPLOAD_LIKE, 'text', 'server-only', 'supported'],
  ['eager_async', UPLOAD_LIKE, 'boolean', 'server-only', 'supported'],
  ['moderation', UPLOAD_LIKE, 'text', 'server-only', 'supported'],
  ['access_control', UPLOAD_LIKE, 'json', 'server-only', 'supported'],
  ['access_mode', UPLOAD_LIKE, 'text', 'server-only', 'supported'],
  ['return_delete_token', UPLOAD_LIKE, 'boolean', 'server-only', 'supported'],
  [
    'async',
    [...UPLOAD_LIKE, 'sprite', 'multi', 'generate_archive'],
    'boolean',
    'server-only',
    'supported',
  ],
  ['quality_override', UPLOAD_LIKE, 'text', 'server-only', 'supported'],

  // What makes the server call out, or writes headers.
  [
    'notification_url',
    SIGNED_ACTIONS.filter((action) => action !== 'download' && action !== 'download_backup'),
    'text',
    'server-only',
    'supported',
  ],
  ['eager_notification_url', UPLOAD_LIKE, 'text', 'server-only', 'supported'],
  ['headers', UPLOAD_LIKE, 'text', 'server-only', 'supported'],
  ['proxy', UPLOAD_LIKE, 'text', 'server-only', 'refused'],
  ['callback', UPLOAD_LIKE, 'text', 'server-only', 'refused'],

  // Analysis that comes with delivery; until then the request is stored without it only where the protocol lets a server be silent.
  ['image_metadata media_metadata exif', UPLOAD_LIKE, 'boolean', 'server-only', 'supported'],
  [
    'colors faces phash quality_analysis accessibility_analysis cinemagraph_analysis',
    UPLOAD_LIKE,
    'boolean',
    'server-only',
    'later',
  ],
  ['responsive_breakpoints', UPLOAD_LIKE, 'json', 'server-only', 'later'],

  // Server-side code: refused by name, always.
  ['eval on_success', UPLOAD_LIKE, 'text', 'never', 'refused'],

  // Paid or proprietary add-ons.
  [
    'detection categorization ocr background_removal raw_convert similarity_search auto_transcription auto_video_details',
    UPLOAD_LIKE,
    'text',
    'never',
    'refused',
  ],
  ['auto_tagging', UPLOAD_LIKE, 'text', 'never', 'refused'],
  ['visual_search auto_chaptering', UPLOAD_LIKE, 'boolean', 'never', 'refused'],

  // Deprecated slideshow parameters; all are on the unsigned allow-list, so a client may send them.
  [
    'manifest_transformation manifest_json template template_vars',
    [...UPLOAD_LIKE, 'create_slideshow'],
    'text',
    'never',
    'refused',
  ],

  // Other actions' own names.
  ['from_public_id to_public_id to_type', ['rename'], 'text', 'never', 'supported'],
  ['asset_id', ['asset_destroy', 'download_backup'], 'text', 'never', 'supported'],
  ['version_id', ['download_backup'], 'text', 'never', 'supported'],
  ['command', ['tags', 'context'], 'text', 'never', 'supported'],
  ['tag', ['tags', 'sprite', 'multi'], 'text', 'never', 'supported'],
  ['public_ids', ['tags', 'context', 'metadata', 'generate_archive'], 'list', 'never', 'supported'],
  [
    'text font_family font_size font_color text_align font_weight font_style background opacity text_decoration line_spacing font_hinting font_antialiasing letter_spacing stroke',
    ['text'],
    'text',
    'never',
    'later',
  ],
  ['urls', ['sprite', 'multi'], 'list', 'never', 'later'],
  ['mode', ['sprite', 'multi', 'generate_archive'], 'text', 'never', 'supported'],
  [
    'target_format target_public_id target_asset_folder transformations',
    ['generate_archive'],
    'text',
    'never',
    'supported',
  ],
  [
    'prefixes fully_qualified_public_ids target_tags',
    ['generate_archive'],
    'list',
    'never',
    'supported',
  ],
  [
    'flatten_folders flatten_transformations skip_transformation_name use_original_filename allow_missing keep_derived',
    ['generate_archive'],
    'boolean',
    'never',
    'supported',
  ],
  ['expires_at', ['generate_archive', 'download'], 'integer', 'never', 'supported'],
  ['attachment target_filename', ['download'], 'text', 'never', 'supported'],
]

/** The whole table by wire name. A `Map`, so that `constructor` is not a parameter. */
export const PARAMS: ReadonlyMap<string, ParamSpec> = new Map(
  ROWS.flatMap(([names, actions, type, risk, support, isSigned = true]) =>
    names
      .split(' ')
      .map((name) => [name, { name, actions, type, risk, isSigned, support }] as const),
  ),
)

/** The row of a name for an action, `undefined` where the action does not recognise it. */
export function paramOf(action: Action, name: string): ParamSpec | undefined {
  const spec = PARAMS.get(name)
  return spec?.actions.includes(action) ? spec : undefined
}

/** A parameter value before it is text. */
export type WireValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly (string | number | boolean | null | undefined)[]
/** Wire name to value. */
export type WireParams = Readonly<Record<string, WireValue>>

/** What an unsigned upload may carry, in the protocol's own order (its 400 quotes the list). */
export const UNSIGNED_UPLOAD_PARAMS: readonly string[] = [
  'upload_preset',
  'callback',
  'public_id',
  'folder',
  'asset_folder',
  'tags',
  'context',
  'metadata',
  'face_coordinates',
  'custom_coordinates',
  'source',
  'filename_override',
  'manifest_transformation',
  'manifest_json',
  'template',
  'template_vars',
  'regions',
  'public_id_prefix',
]
