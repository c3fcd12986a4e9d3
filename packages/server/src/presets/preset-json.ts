/** Upload presets in the JSON of the Admin API. @module */

import { toWireLimits } from '@countersign/protocol/limits'
import { parseTransformation, toTransformationObjects } from '@countersign/protocol/transformation'
import type { Preset, PresetSettings } from '../catalog/key.js'
import type { WireObject } from '../http/wire-object.js'
import { showEager } from '../params/eager-orders.js'

/** Returns a preset as the Admin API shows it. Countersign's own limits are part of `settings`. */
export function presetJson(preset: Preset): WireObject {
  const { limits } = preset
  return {
    name: preset.name,
    unsigned: preset.isUnsigned,
    settings: {
      ...preset.settings,
      ...shown(preset.settings),
      ...(preset.disallowPublicId ? { disallow_public_id: true } : {}),
      ...(limits ? { limits: toWireLimits(limits) } : {}),
    },
  }
}

// Presets store both as text, because uploads read text.
function shown({ transformation, eager }: PresetSettings): WireObject {
  return {
    ...(typeof transformation === 'string'
      ? { transformation: toTransformationObjects(parseTransformation(transformation)) }
      : {}),
    ...(typeof eager === 'string' ? { eager: showEager(eager) } : {}),
  }
}
