/** Checks that all settings and answers name the same cloud. @module */

import { type Check, type Finding, green, notChecked } from '../check.js'
import type { Subject } from '../subject.js'

/** Compares the cloud names in the files and in the route's answers. */
export const cloud: Check = { name: 'cloud', title: 'Cloud', run }

function run({ settings, routes }: Subject): Finding[] {
  const answered = routes.flatMap(({ signing, discovery, path }) =>
    [signing, discovery].flatMap((answer) => {
      const name = answer.ok && answer.status === 200 ? answer.json?.cloud_name : undefined
      return typeof name === 'string' ? [{ name, from: `the answer of ${path}` }] : []
    }),
  )
  const named = [...settings.clouds, ...answered]
  const names = [...new Set(named.map(({ name }) => name))]
  const [only] = names
  if (only === undefined) {
    return [
      notChecked(
        'no file names a cloud',
        'Pages need NEXT_PUBLIC_CLOUDINARY_CLOUD_NAME, unless the signing route tells it.',
      ),
    ]
  }
  if (names.length === 1) return [green(`All settings name ${only}.`)]
  return [
    {
      severity: 'red',
      seen: `There are ${names.length} clouds: an upload is signed for one and sent to another.`,
      advice: 'Give all of them the same name, and the key of that cloud.',
      details: distinct(named.map(({ name, from }) => `${from}: ${name}`)),
    },
  ]
}

function distinct(lines: readonly string[]): string[] {
  return [...new Set(lines)]
}
