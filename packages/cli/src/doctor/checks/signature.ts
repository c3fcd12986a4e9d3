/** Checks the route's signature, and explains a wrong one. @module */

import { explainMismatch, verifyRequest } from '@countersign/protocol/signature'
import { browserKey } from '../app-settings.js'
import { type Check, type Finding, green, notChecked } from '../check.js'
import { type SigningRoute, signatureOf } from '../signing-route.js'
import type { Subject } from '../subject.js'

/** Computes the signature again with the secret from the files, and compares. */
export const signature: Check = { name: 'signature', title: 'Signature', run }

function run(subject: Subject): Finding[] {
  return subject.routes.map((route) => judge(route, subject))
}

function judge({ path, signing, asked }: SigningRoute, { settings }: Subject): Finding {
  const signed = signatureOf(signing)
  if (!signing.ok || signed === undefined) {
    const isRefused = signing.ok && (signing.status === 401 || signing.status === 403)
    return notChecked(
      `POST ${path} gave no signature`,
      isRefused
        ? 'To try it as a signed-in user: --cookie "name=value", from the browser.'
        : undefined,
    )
  }
  const answered = signing.json?.api_key
  // A compatible client uploads with the key that its page was built with.
  const id = typeof answered === 'string' ? answered : browserKey(settings)?.id
  if (settings.pageKeyId !== undefined && id !== undefined && id !== settings.pageKeyId) {
    return {
      severity: 'red',
      seen: `POST ${path} signed with the key ${id}; pages upload with ${settings.pageKeyId}.`,
      advice: 'Give the app the secret of the key that NEXT_PUBLIC_CLOUDINARY_API_KEY names.',
    }
  }
  const key = settings.keys.find((one) => one.id === id)
  if (!key) return notChecked('the files hold no secret of the signing key')
  const verified = verifyRequest({
    action: 'upload',
    params: asked,
    signature: signed,
    secret: key.secret,
  })
  if (verified.ok) {
    return green(`Right for the key ${key.id}, ${signed.length === 64 ? 'SHA-256' : 'SHA-1'}.`)
  }
  const { cause, message } = explainMismatch({
    received: { ...asked, api_key: key.id },
    signature: signed,
    action: 'upload',
    keys: settings.keys,
  })
  return {
    severity: 'red',
    seen: `POST ${path} signed with another secret or text than expected from ${key.from} in the files (${cause}).`,
    advice:
      cause === 'unknown'
        ? `${message} An app that runs since before the file was changed has the old one: restart it.`
        : message,
  }
}
