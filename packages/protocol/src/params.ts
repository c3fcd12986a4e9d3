/**
 * Table of all parameters of all Upload API actions: type, who may set a parameter, and whether it
 * is signed. @module
 */

export { isUnderPrefix, withSlash } from './path-prefix.js'

export { parseSeconds, parseWholeNumber } from './wire-number.js'

/**
 * Actions of the Upload API, named by the last segment of their path. `asset/destroy` is written
 * `asset_destroy`.
 */
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

/** Permission of an API key. */
export type Scope = 'upload' | 'manage' | 'deliver' | 'webhook'

/** All scopes, in the order in which they are printed. */
export const SCOPES: readonly Scope[] = ['upload', 'manage', 'deliver', 'webhook']

/**
 * Scope that an API key needs for each action; `null` if the action uses no key. A signature does
 * not name its action, so the scope restricts it.
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

/** Type of a parameter's value in its text form on the wire. */
export type WireType = 'text' | 'integer' | 'boolean' | 'list' | 'pairs' | 'json' | 'file'

/**
 * Who may set a parameter when a browser asks for a signature. `client`: the browser, within the
 * app's rules. `server-only`: only the app's policy. `never`: neither of both; the endpoint adds
 * `limits`, `claims` and `user_tag` itself.
 */
export type RiskClass = 'client' | 'server-only' | 'never'

/**
 * How the media server handles a parameter. `later` and `refused` are answered with 400; `ignored`
 * parameters are dropped silently.
 */
export type Support = 'supported' | 'later' | 'refused' | 'ignored'

/** One row of the parameter table. */
export interface ParamSpec {
  /** Name on the wire, snake case. */
  readonly name: string
  /**
   * Actions that recognize the parameter. Every other action ignores it: it is not signed, used or
   * stored.
   */
  readonly actions: readonly Action[]
  readonly type: WireType
  readonly risk: RiskClass
  /** True if the parameter is part of the string to sign. */
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

// All names in one row share its values. `support` describes the media server: the SDKs sign a name
// whether or not the server supports it.
const ROWS: readonly Row[] = [
  // Never part of the string to sign (protocol: signatures 2.2).
  ['file', ['upload'], 'file', 'never', 'supported', false],
  ['cloud_name resource_type api_key signature', ALL_ACTIONS, 'text', 'never', 'supported', false],
  ['token', ['delete_by_token'], 'text', 'never', 'supported', false],
  // Names of the secret itself, listed so that a policy can refuse them by name.
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

  // Rules for the stored asset.
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

  // Parameters that make the server send requests or write headers.
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

  // Image and video analysis. The server does not support the second and third row yet.
  ['image_metadata media_metadata exif', UPLOAD_LIKE, 'boolean', 'server-only', 'supported'],
  [
    'colors faces phash quality_analysis accessibility_analysis cinemagraph_analysis',
    UPLOAD_LIKE,
    'boolean',
    'server-only',
    'later',
  ],
  ['responsive_breakpoints', UPLOAD_LIKE, 'json', 'server-only', 'later'],

  // Server-side code, which is always refused by name.
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

  // Deprecated slideshow parameters. All of them are on the unsigned allow-list, so a client may
  // send them.
  [
    'manifest_transformation manifest_json template template_vars',
    [...UPLOAD_LIKE, 'create_slideshow'],
    'text',
    'never',
    'refused',
  ],

  // Parameters of the other actions.
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

/**
 * All parameters by wire name. A `Map`, because a plain object also has members such as
 * `constructor`.
 */
export const PARAMS: ReadonlyMap<string, ParamSpec> = new Map(
  ROWS.flatMap(([names, actions, type, risk, support, isSigned = true]) =>
    names
      .split(' ')
      .map((name) => [name, { name, actions, type, risk, isSigned, support }] as const),
  ),
)

/**
 * Returns the row of a parameter for an action, or `undefined` if the action does not recognize the
 * parameter.
 */
export function paramOf(action: Action, name: string): ParamSpec | undefined {
  const spec = PARAMS.get(name)
  return spec?.actions.includes(action) ? spec : undefined
}

/** Parameter value before it is converted to text. */
export type WireValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly (string | number | boolean | null | undefined)[]
/** Parameter values by wire name. */
export type WireParams = Readonly<Record<string, WireValue>>

/**
 * Parameters that an unsigned upload may carry, in the protocol's order. The protocol's 400 answer
 * quotes the list in this order.
 */
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
