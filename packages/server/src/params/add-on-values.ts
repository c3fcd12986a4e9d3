/** Checks the parameters of paid add-ons, and refuses unknown values with the protocol's texts. @module */

import type { ParamReader } from './param-values.js'

/** API of the call. Each API words its refusals differently. */
export type Api = 'upload' | 'admin'

interface AddOn {
  /** Matches the values of existing add-ons; options follow a colon. */
  readonly known: RegExp
  /** Creates the Upload API's refusal text for any other value. */
  readonly refusal: (value: string) => string
}

const MAX_ECHO_CHARACTERS = 64

/** Add-on parameters by protocol name. The test suites of the official SDKs look for these refusal texts. */
const ADD_ONS: ReadonlyMap<string, AddOn> = new Map([
  [
    'raw_convert',
    {
      known: /^(aspose|google_speech|azure_video_indexer|extract_text)(:.+)?$/,
      refusal: () => 'Raw convert is invalid',
    },
  ],
  [
    'categorization',
    {
      known: listOf(
        'google_tagging|google_video_tagging|imagga_tagging|aws_rek_tagging|azure_video_indexer',
      ),
      refusal: (value: string) => `Categorization ${value} is not valid`,
    },
  ],
  [
    'detection',
    {
      known: listOf(
        'adv_face|aws_rek_face|captioning|cld-fashion|cld-text|coco|human-anatomy|iqa|lvis|openimages|shop-classifier|unidet|watermark-detection',
      ),
      refusal: (value: string) => `Detection invalid model '${value}'`,
    },
  ],
  [
    'background_removal',
    {
      known: /^(cloudinary_ai|pixelz|remove_the_background)(:.+)?$/,
      refusal: () => 'Background removal is invalid',
    },
  ],
  ['ocr', { known: /^adv_ocr(:.+)?$/, refusal: () => 'Ocr is invalid' }],
])

/**
 * Returns the protocol's refusal text for an add-on parameter with an unknown value.
 * @returns `undefined` for other parameters, and for values of existing add-ons.
 */
export function refuseAddOnValue(
  name: string,
  { api, read }: { readonly api: Api; readonly read: ParamReader },
): string | undefined {
  const value = read(name) ?? ''
  const refusal = name === 'auto_tagging' ? refuseAutoTagging(value, read) : refuse(name, value)
  if (refusal === undefined || api === 'upload') return refusal
  return `Illegal value for ${name}: ${refusal}`
}

function refuse(name: string, value: string): string | undefined {
  const addOn = ADD_ONS.get(name)
  if (!addOn || addOn.known.test(value)) return undefined
  return addOn.refusal(value.slice(0, MAX_ECHO_CHARACTERS))
}

function refuseAutoTagging(value: string, read: ParamReader): string | undefined {
  const isConfidence = /^(0(\.\d+)?|\.\d+|1(\.0+)?)$/.test(value)
  if (!isConfidence) {
    return `Auto tagging ${value.slice(0, MAX_ECHO_CHARACTERS)} is invalid: Must use a number from 0 to 1`
  }
  const hasSource = ['categorization', 'detection'].some((name) => read(name) !== undefined)
  return hasSource ? undefined : 'Must use categorization or detection with auto_tagging'
}

/** Returns a pattern that matches one of the names, or several joined by commas, each with an optional version and options. */
function listOf(names: string): RegExp {
  const item = `(${names})(_v\\d+(\\.\\d+)?)?(:?\\[[^\\]]*\\]|:[^,[]*)?`
  return new RegExp(`^${item}(,${item})*$`)
}
