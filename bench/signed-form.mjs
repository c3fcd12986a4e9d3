/** Creates a signed form, as a client with a key sends it. @module */

import { apiSignRequest } from '@countersign/protocol/signature'

/**
 * Signs parameters together with the current time.
 *
 * @param {{ id: string, secret: string }} key
 * @param {Record<string, string>} params
 * @returns {FormData}
 */
export function signedForm(key, params) {
  const all = { ...params, timestamp: String(Math.floor(Date.now() / 1000)) }
  const form = new FormData()
  for (const [name, value] of Object.entries(all)) form.append(name, value)
  form.append('api_key', key.id)
  form.append('signature', apiSignRequest(all, key.secret))
  return form
}
