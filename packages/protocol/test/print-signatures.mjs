/**
 * Prints one digest over our signatures and one over the SDK's, to compare them between locales.
 * @module
 */

import { createHash } from 'node:crypto'
import { apiSignRequest } from '@countersign/protocol/signature'
import { signWithSdk, VARIANTS } from './compare-with-sdk.mjs'
import { createParams, createRandom } from './random-params.mjs'

const random = createRandom(26)
const ours = createHash('sha256')
const theirs = createHash('sha256')
for (let index = 0; index < 2_000; index++) {
  const params = createParams(random)
  for (const variant of VARIANTS) {
    ours.update(apiSignRequest(params, 'abcd', variant))
    theirs.update(signWithSdk(params, 'abcd', variant))
  }
}
const { locale } = new Intl.Collator().resolvedOptions()
console.log(JSON.stringify({ locale, ours: ours.digest('hex'), theirs: theirs.digest('hex') }))
