/** Checks that the media server is running and knows the app's key, secret and cloud. @module */

import { type AppKey, browserKey } from '../app-settings.js'
import { type Check, type Finding, green, notChecked } from '../check.js'
import { messageOf, sendSigned } from '../send-signed.js'
import type { Subject } from '../subject.js'

/** Sends a signed upload without a file to the media server. */
export const mediaServer: Check = { name: 'media-server', title: 'Media server', run }

async function run(subject: Subject): Promise<Finding[]> {
  const { serverUrl, cloud, settings, ask } = subject
  if (!serverUrl) {
    return [
      notChecked(
        'no variable names the media server',
        'Set NEXT_PUBLIC_COUNTERSIGN_URL, or give --server. Uploads to a Cloudinary account need neither.',
      ),
    ]
  }
  const health = await ask(new URL('/health', serverUrl))
  if (!health.ok) return [unreachable(health, serverUrl)]
  const key = browserKey(settings)
  if (!key || cloud === undefined)
    return [notChecked('the files name no cloud, or no key with its secret')]
  const answer = await sendSigned(subject, { key, action: 'upload', params: {} })
  if (!answer.ok) return [unreachable(answer, serverUrl)]
  return [judge(messageOf(answer), { key, cloud, serverUrl })]
}

function unreachable(
  { reason, message }: { reason: string; message: string },
  serverUrl: URL,
): Finding {
  if (reason === 'foreign') {
    return notChecked(message, `To ask it: --server ${serverUrl.origin}`)
  }
  return {
    severity: 'red',
    seen: `${serverUrl.origin} does not answer: ${message}.`,
    advice:
      'Start it with `countersign dev` or `countersign serve`, or correct NEXT_PUBLIC_COUNTERSIGN_URL.',
  }
}

function judge(
  message: string,
  { key, cloud, serverUrl }: { key: AppKey; cloud: string; serverUrl: URL },
): Finding {
  const at = serverUrl.origin
  if (/^Unknown API key/i.test(message)) {
    return {
      severity: 'red',
      seen: `${at} does not know the key ${key.id}: every upload is refused.`,
      advice:
        'Use the lines that `countersign dev --env` prints, or create a key with `countersign keys create`.',
    }
  }
  if (/cloud_name mismatch/i.test(message)) {
    return {
      severity: 'red',
      seen: `The key ${key.id} belongs to another cloud than ${cloud}.`,
      advice: 'Set NEXT_PUBLIC_CLOUDINARY_CLOUD_NAME to the cloud of that key.',
    }
  }
  if (/^Invalid Signature/i.test(message)) {
    return {
      severity: 'red',
      seen: `${at} has another secret for the key ${key.id} than ${key.from}.`,
      advice: 'Copy the secret again, or make a new key: secrets are shown once.',
    }
  }
  if (/^Stale request/i.test(message)) {
    return {
      severity: 'red',
      seen: `${at} refuses this machine’s signatures as too old or too far ahead.`,
      advice: 'Synchronize the clocks (NTP).',
    }
  }
  // The server checks the file last, so key, cloud, signature and time were accepted.
  if (/\bfile\b/i.test(message)) return green(`${at} accepts the key ${key.id} for ${cloud}.`)
  return {
    severity: 'amber',
    seen: `${at} refused an upload without a file with an unknown message.`,
    advice: 'Its log has the reason.',
  }
}
