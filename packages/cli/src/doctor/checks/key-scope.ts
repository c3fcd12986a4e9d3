/** Checks that the key that signs for browsers can only upload. @module */

import { randomBytes } from 'node:crypto'
import { browserKey } from '../app-settings.js'
import { type Check, type Finding, green, notChecked } from '../check.js'
import { messageOf, sendSigned } from '../send-signed.js'
import type { Subject } from '../subject.js'

/** Tests the scope of the browser's key with a request to destroy an asset that cannot exist. */
export const keyScope: Check = { name: 'key-scope', title: 'Key scope', run }

async function run(subject: Subject): Promise<Finding[]> {
  const key = browserKey(subject.settings)
  if (!key || !subject.serverUrl || subject.cloud === undefined) {
    return [notChecked('there is no media server, or no key, to ask with')]
  }
  const answer = await sendSigned(subject, {
    key,
    action: 'destroy',
    params: { public_id: `countersign-doctor/${randomBytes(16).toString('hex')}` },
  })
  if (!answer.ok) return [notChecked(answer.message)]
  const message = messageOf(answer)
  if (/may not destroy/.test(message))
    return [green(`The key ${key.id} may upload, and not destroy.`)]
  if (answer.status !== 200) return [notChecked(`the media server answered ${answer.status}`)]
  return [
    {
      severity: 'red',
      seen: `The key ${key.id} signs for browsers but can also destroy and rename assets. A signature that the route gives by mistake can be misused for that.`,
      advice: 'Create a key for browsers: countersign keys create --scopes upload',
    },
  ]
}
