/** Checks that the route does not sign for anonymous visitors. @module */

import { type Check, type Finding, green, notChecked } from '../check.js'
import { isDescribed, type SigningRoute, signatureOf } from '../signing-route.js'
import type { Subject } from '../subject.js'

/** Asks for a signature without a cookie. */
export const strangers: Check = { name: 'strangers', title: 'Strangers', run }

function run({ routes, options, files, signingFiles }: Subject): Finding[] {
  if (options.cookie !== undefined) {
    return [notChecked('the doctor was run with a cookie', 'Run it once without --cookie.')]
  }
  return routes.map((route) => {
    // Only in Next.js can a path be mapped to its file. Elsewhere, every signing file must be anonymous.
    const signers = files.filter(({ file }) => file === route.file)
    const asked = route.file === undefined ? signingFiles : signers
    const isOnPurpose = asked.length > 0 && asked.every(({ isAnonymous }) => isAnonymous)
    return judge(route, isOnPurpose ? asked[0]?.file : undefined)
  })
}

/** @param anonymousFile File whose policy signs for everyone on purpose. */
function judge(route: SigningRoute, anonymousFile: string | undefined): Finding {
  const { path, signing } = route
  if (!signing.ok) return notChecked(signing.message)
  if (signatureOf(signing) === undefined) {
    return signing.status === 401 || signing.status === 403
      ? green(`POST ${path} without a cookie is refused with ${signing.status}.`)
      : notChecked(`POST ${path} answered ${signing.status} and no signature`)
  }
  const seen = `POST ${path} without any cookie answered 200 with a signature: anybody may upload.`
  if (isDescribed(route) && anonymousFile !== undefined) {
    return green(`POST ${path} signs for everybody: ${anonymousFile} says anonymous(…) on purpose.`)
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
