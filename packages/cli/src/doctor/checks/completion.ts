/**
 * Checks that the app's route accepts completions, and that the media server sends them there.
 * @module
 */

import { randomBytes } from 'node:crypto'
import { signWebhook } from '@countersign/protocol/signature'
import { adminKey, askAdmin } from '../admin-key.js'
import type { Answer } from '../ask.js'
import { type Check, type Finding, green, notChecked } from '../check.js'
import { errorCodeOf, isDescribed, type SigningRoute } from '../signing-route.js'
import type { Subject } from '../subject.js'

/**
 * Sends a signed notification of an unused type to the route, and compares the route's address with
 * the one that the server uses.
 */
export const completion: Check = { name: 'completion', title: 'onUploaded', run }

async function run(subject: Subject): Promise<Finding[]> {
  const route = subject.routes.find((one) => isDescribed(one) || errorCodeOf(one.signing))
  if (!route) return [notChecked('the signing route is not one of createSignHandler')]
  const secret = subject.settings.secrets.find(({ from }) => from === 'COUNTERSIGN_WEBHOOK_SECRET')
  if (!secret) return [green('The app has no COUNTERSIGN_WEBHOOK_SECRET, so it has no onUploaded.')]
  const answer = await notify(subject, { route, secret: secret.value })
  if (!answer.ok) return [notChecked(answer.message)]
  if (errorCodeOf(answer) === 'action_unsupported') {
    return [green('The app has no onUploaded, so it receives no completions.')]
  }
  if (answer.status === 401) {
    return [
      {
        severity: 'red',
        seen: `POST ${route.path} refuses completions: it has another COUNTERSIGN_WEBHOOK_SECRET than the files.`,
        advice: 'Restart the app; the media server needs the same secret.',
      },
    ]
  }
  if (answer.status !== 200) {
    return [
      {
        severity: 'red',
        seen: `POST ${route.path} answered a completion with ${answer.status}, so onUploaded is not called.`,
        advice:
          'The app’s log has the reason. In the Pages Router the route needs export const config = { api: { bodyParser: false } }.',
      },
    ]
  }
  return [await compareAddress(subject, route)]
}

function notify(
  { ask, now }: Subject,
  { route, secret }: { readonly route: SigningRoute; readonly secret: string },
): Promise<Answer> {
  const id = randomBytes(16).toString('hex')
  const timestamp = Math.floor(now() / 1000)
  const body = JSON.stringify({ notification_type: 'countersign_doctor' })
  return ask(route.address, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signWebhook({ id, timestamp, body, secret }),
    },
    body,
  })
}

/**
 * Compares the route's address with the one that the server sends completions to. Only a server in
 * development reports that address.
 */
async function compareAddress(subject: Subject, { address, path }: SigningRoute): Promise<Finding> {
  const key = adminKey(subject)
  const answer = key && (await askAdmin(subject, key, 'countersign_app'))
  if (!answer?.ok || answer.status !== 200) {
    return green(
      `POST ${path} takes completions. The server sends them to its COUNTERSIGN_COMPLETION_URL.`,
    )
  }
  const { completion_url: sentTo, announced } = answer.json ?? {}
  if (typeof sentTo === 'string' && isSameRoute(new URL(sentTo), address)) {
    return green(`POST ${path} takes completions, and the server sends them there.`)
  }
  if (announced === false) {
    return green(
      `POST ${path} takes completions. The app tells the server its address with its first upload in development.`,
    )
  }
  return {
    severity: 'red',
    seen: `The server sends completions to ${sentTo ?? 'nobody'}; the route is ${address.origin}${path}. onUploaded of this app is not called.`,
    advice: `Upload once with this app in development, or start countersign dev with COUNTERSIGN_COMPLETION_URL=${address.origin}${path}`,
  }
}

/**
 * Returns true if port and path are equal. Host names are ignored, because both addresses are on
 * this machine.
 */
function isSameRoute(one: URL, other: URL): boolean {
  const path = (url: URL): string => url.pathname.replace(/\/+$/, '')
  return one.port === other.port && path(one) === path(other)
}
