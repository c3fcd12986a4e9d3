/** Compares our signatures with those of the official SDK, on the same parameter maps. @module */

import { createRequire } from 'node:module'
import { apiSignRequest } from '@countersign/protocol/signature'
import { createParams, createRandom } from './random-params.mjs'

const { utils } = createRequire(import.meta.url)('cloudinary').v2

const SECRETS = ['abcd', 'Qm9ndXMtc2VjcmV0LU5vdC1SZWFs', 'p\u00e4ssw\u00f6rd-\u2603-&=%26']

/** The four combinations of digest and version. */
export const VARIANTS = /** @type {const} */ ([
  { algorithm: 'sha1', version: 2 },
  { algorithm: 'sha256', version: 2 },
  { algorithm: 'sha1', version: 1 },
  { algorithm: 'sha256', version: 1 },
])

/**
 * Compares every variant on a number of random maps.
 * @param {{ seed: number, maps: number }} options
 * @returns {{ maps: number, comparisons: number, different: number, first: string | undefined }}
 * `first` is a map with a difference.
 */
export function compareWithSdk({ seed, maps }) {
  const random = createRandom(seed)
  let comparisons = 0
  let different = 0
  /** @type {string | undefined} */
  let first
  for (let index = 0; index < maps; index++) {
    const params = createParams(random)
    const secret = SECRETS[index % SECRETS.length] ?? ''
    for (const variant of VARIANTS) {
      comparisons += 1
      if (apiSignRequest(params, secret, variant) === signWithSdk(params, secret, variant)) continue
      different += 1
      first ??= JSON.stringify({ index, variant, params })
    }
  }
  return { maps, comparisons, different, first }
}

/**
 * @param {import('@countersign/protocol/params').WireParams} params
 * @param {string} secret
 * @param {(typeof VARIANTS)[number]} variant
 * @returns {string}
 */
export function signWithSdk(params, secret, { algorithm, version }) {
  return utils.api_sign_request(params, secret, algorithm, version)
}
