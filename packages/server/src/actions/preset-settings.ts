/** A preset's settings, from what the Admin API is sent to what it answers: typed, every name known, our limits among them. @module */

import { MediaError } from '@countersign/protocol/errors'
import { parseLimits } from '@countersign/protocol/limits'
import { paramOf } from '@countersign/protocol/params'
import type { Preset } from '../catalog/catalog.js'
import { parseContext } from '../ingest/annotations.js'
import type { Fields } from '../ingest/fields.js'
import { splitList } from '../ingest/param-values.js'

/** Fields of a preset call that are not settings. */
const OWN_FIELDS: readonly string[] = [
  'name',
  'unsigned',
  'disallow_public_id',
  'live',
  'limits',
  // The SDK sends one with every call.
  'timestamp',
]

/**
 * Read a preset from a request.
 * @throws MediaError PARAM_INVALID naming what is not an upload parameter, or not a limit.
 */
export function readPresetFields(fields: Fields, preset: { cloud: string; name: string }): Preset {
  const settings: Record<string, unknown> = {}
  for (const name of fields.names()) {
    if (OWN_FIELDS.includes(name)) continue
    const value = fields.text(name)
    if (value !== undefined) settings[name] = typed(name, value)
  }
  const limits = fields.text('limits')
  const parsed = limits === undefined ? undefined : parseLimits(limits)
  if (parsed && !parsed.ok) throw new MediaError('PARAM_INVALID', { message: parsed.reason })
  return {
    ...preset,
    isUnsigned: isTrue(fields.text('unsigned')),
    disallowPublicId: isTrue(fields.text('disallow_public_id')),
    settings,
    ...(parsed?.ok ? { limits: parsed.limits } : {}),
  }
}

function typed(name: string, value: string): unknown {
  const spec = paramOf('upload', name)
  if (!spec || spec.risk === 'never' || spec.support === 'refused') {
    throw new MediaError('PARAM_INVALID', {
      message: `${name.slice(0, 64)} cannot be set in a preset`,
      details: { param: name },
    })
  }
  if (spec.type === 'boolean') return isTrue(value)
  if (spec.type === 'list') return splitList(value)
  if (spec.type === 'pairs' && name === 'context') return parseContext(value)
  return value
}

function isTrue(text: string | undefined): boolean {
  return text === 'true' || text === '1'
}
