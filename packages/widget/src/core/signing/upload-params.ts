/** Builds upload parameters from the widget's options. @module */

import type { WireParams, WireValue } from '@countersign/protocol/params'

/** Wire names that an option may set; each is a row of the protocol's table (tested). */
export const OPTION_PARAMS: readonly string[] =
  'public_id folder asset_folder display_name filename_override use_filename unique_filename upload_preset tags context metadata overwrite invalidate type eager transformation headers moderation notification_url return_delete_token allowed_formats custom_coordinates face_coordinates detection'.split(
    ' ',
  )

/** Converts a name from snake_case to camelCase: `public_id` to `publicId`. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

/** Returns the text of an upload parameter on the wire; `''` if there is no value. */
export function paramText(name: string, value: unknown): string {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) return value.map((item) => paramText(name, item)).join(',')
  if (typeof value === 'object') return pairsText(value as Record<string, unknown>)
  return String(value).normalize('NFC')
}

/** Joins pairs with `|` and escapes their values: `{a: 'b=c'}` becomes `a=b\=c`. */
function pairsText(pairs: Readonly<Record<string, unknown>>): string {
  return Object.entries(pairs)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([key, value]) => `${key}=${String(value).replace(/([|=])/g, '\\$1')}`.normalize('NFC'))
    .join('|')
}

/**
 * Reads the upload parameters from options in camelCase.
 *
 * @returns Wire name to text, without blank values.
 */
export function paramsFromOptions(options: Readonly<Record<string, unknown>>): WireParams {
  const params = new Map<string, WireValue>()
  for (const name of OPTION_PARAMS) {
    const text = paramText(name, options[camelCase(name)])
    if (text !== '') params.set(name, text)
  }
  return Object.fromEntries(params)
}
