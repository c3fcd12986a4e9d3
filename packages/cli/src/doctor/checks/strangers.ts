/** Does the route sign for somebody who is not signed in. @module */

import { type Check, type Finding, green, notChecked } from '../check.js'
import { isDescribed, type SigningRoute, signatureOf } from '../signing-route.js'
import type { Subject } from '../subject.js'

/** Signatures for strangers. */
export const strangers: Check = { name: 'strangers', title: 'Strangers', run }

function run({ routes, options, files }: Subject): Finding[] {
  if (options.cookie !== undefined) {
    return [notChecked('the doctor came with a cookie', 'Run it once without --cookie.')]
  }
  const anonymous = files.filter(({ isAnonymous }) => isAnonymous).map(({ file }) => file)
  return routes.map((route) => judge(route, anonymous))
}

function judge(route: SigningRoute, anonymous: readonly string[]): Finding {
  const { path, signing, file } = route
  if (!signing.ok) return notChecked(signing.message)
  if (signatureOf(signing) === undefined) {
    return signing.status === 401 || signing.status === 403
      ? green(`POST ${path} without a cookie is refused with ${signing.status}.`)
      : notChecked(`POST ${path} answered ${signing.status} and no signature`)
  }
  const seen = `POST ${path} without any cookie answered 200 with a signature: anybody may upload.`
  if (isDescribed(route) && file !== undefined && anonymous.includes(file)) {
    return green(`POST ${path} signs for everybody: ${file} says anonymous(…) on purpose.`)
  }
  if (isDescribed(route)) {
    return {
      severity: 'amber',
      seen,
      advice:
        'Right if you wrote anonymous({ reason, limit }) on purpose; else return null from authorize for whoever is not signed in.',
    }
  }
  return {
    severity: 'red',
    seen,
    advice:
      'Ask who is calling before signing. `countersign init` writes a route that does: createSignHandler({ authorize, presets }).',
  }
}
