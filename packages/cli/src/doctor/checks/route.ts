/** Checks that a signing route exists and answers the widget with JSON. @module */

import { type Check, type Finding, green } from '../check.js'
import { errorCodeOf, type SigningRoute, signatureOf } from '../signing-route.js'
import type { Subject } from '../subject.js'

/** Checks the form of the route's answer to POST. */
export const route: Check = { name: 'route', title: 'Signing route', run }

function run({ routes, options, files }: Subject): Finding[] {
  return routes.map((one) => judge(one, { url: options.url, files: files.map(({ file }) => file) }))
}

function judge(
  { signing, path, file }: SigningRoute,
  app: { url: URL; files: readonly string[] },
): Finding {
  if (!signing.ok) {
    return {
      severity: 'red',
      seen: `${app.url.origin} does not answer: ${signing.message}.`,
      advice: 'Start the app, or name its address: countersign doctor http://localhost:3000',
    }
  }
  const { status, headers } = signing
  const call = `POST ${path} answered ${status}`
  if (status === 404) return notFound(call, app.files)
  if (status === 405 && errorCodeOf(signing) === undefined) {
    return {
      severity: 'red',
      seen: `${call}: the route does not take POST.`,
      advice: `Export a function named POST from ${file ?? 'the route'}; in the Pages Router a default export takes every method.`,
    }
  }
  if (status >= 300 && status < 400) return redirected(call, headers.get('location'))
  if (!signing.json) {
    const isPage = /^\s*<(?:!doctype|html)/i.test(signing.text)
    return {
      severity: 'red',
      seen: `${call} with ${isPage ? 'an HTML page' : 'something that is not JSON'}. The widget cannot read it and uploads without a signature.`,
      advice: isPage
        ? 'Let the path past middleware and catch-all pages: it must answer JSON, errors too.'
        : 'Answer Response.json({ signature }), errors as JSON too.',
    }
  }
  return judgeJson(call, signing.json, { status, isSigned: signatureOf(signing) !== undefined })
}

function judgeJson(
  call: string,
  json: Readonly<Record<string, unknown>>,
  { status, isSigned }: { status: number; isSigned: boolean },
): Finding {
  if (isSigned) return green(`${call} with a signature.`)
  if (status === 401 || status === 403) return green(`${call}: it refuses anonymous callers.`)
  if (status === 200) {
    return {
      severity: 'red',
      seen: `${call} without a text named signature; it has ${Object.keys(json).slice(0, 5).join(', ') || 'nothing'}.`,
      advice: 'Answer { "signature": "…" } at the top level.',
    }
  }
  if (status === 422 || status === 429) {
    return {
      severity: 'amber',
      seen: `${call}: it refuses the widget’s smallest request, timestamp and source=uw.`,
      advice: 'Read the message of the answer; it names the option that the page has to set.',
    }
  }
  return {
    severity: 'red',
    seen: `${call}.`,
    advice:
      status >= 500
        ? 'The app’s log has the reason; a missing variable is the usual one.'
        : 'The widget sends {"paramsToSign": {…}} as application/json: read that.',
  }
}

function notFound(call: string, files: readonly string[]): Finding {
  return {
    severity: 'red',
    seen: `${call}: there is no route.`,
    advice:
      files.length > 0
        ? `The source has ${files.join(' and ')}: name its path with --endpoint, or restart the app.`
        : 'Run `countersign init`, which writes one, or name its path with --endpoint.',
  }
}

function redirected(call: string, location: string | null): Finding {
  const target = location === null ? 'nowhere' : (location.split('?')[0] ?? location)
  const isLogin = /log-?in|sign-?in|auth/i.test(target)
  return {
    severity: 'red',
    seen: `${call} and leads to ${target}${isLogin ? ', a login page' : ''}. The widget would read that page as the answer.`,
    advice:
      'Take the path out of the middleware that redirects, and answer 401 as JSON in the route itself.',
  }
}
