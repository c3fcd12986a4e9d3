/** Compares the clocks of this machine, the app and the media server. @module */

import { MAX_CLOCK_AHEAD_SECONDS, MAX_SIGNATURE_AGE_SECONDS } from '@countersign/protocol/signature'
import { type Answer, asRecord } from '../ask.js'
import { type Check, type Finding, green, notChecked } from '../check.js'
import type { Subject } from '../subject.js'

/** Compares clocks. */
export const clock: Check = { name: 'clock', title: 'Clocks', run }

/** A difference above this many seconds is reported. */
const AMBER_SECONDS = 60

async function run(subject: Subject): Promise<Finding[]> {
  const [route] = subject.routes
  const media = subject.serverUrl && (await subject.ask(new URL('/health', subject.serverUrl)))
  const clocks = [
    {
      name: 'the app',
      aheadSeconds: aheadOf(route.signing, subject) ?? aheadOf(route.discovery, subject),
    },
    { name: 'the media server', aheadSeconds: media && aheadOf(media, subject) },
    { name: 'this machine', aheadSeconds: 0 },
  ].flatMap(({ name, aheadSeconds }) =>
    aheadSeconds === undefined ? [] : [{ name, aheadSeconds }],
  )
  if (clocks.length < 2) return [notChecked('neither the app nor the media server sent a time')]
  const sorted = clocks.toSorted((one, other) => one.aheadSeconds - other.aheadSeconds)
  const [last, first] = [sorted[0], sorted.at(-1)]
  const apart = Math.round((first?.aheadSeconds ?? 0) - (last?.aheadSeconds ?? 0))
  if (apart <= AMBER_SECONDS)
    return [green(apart === 0 ? 'All the same.' : `At most ${apart} s apart.`)]
  return [
    {
      severity: apart > MAX_CLOCK_AHEAD_SECONDS ? 'red' : 'amber',
      seen: `${capitalized(first?.name)} is ${inWords(apart)} ahead of ${last?.name}.`,
      advice: `Synchronize them (NTP). A signature is taken ${inWords(MAX_CLOCK_AHEAD_SECONDS)} ahead and ${inWords(MAX_SIGNATURE_AGE_SECONDS)} behind, no more.`,
    },
  ]
}

/**
 * Returns by how many seconds a clock is ahead of this machine's, from `server_time` or else the
 * `Date` header.
 */
function aheadOf(answer: Answer, { now, options }: Subject): number | undefined {
  if (!answer.ok) return undefined
  const told = asRecord(answer.json?.error)?.server_time ?? answer.json?.server_time
  const date = Date.parse(answer.headers.get('date') ?? '')
  const seconds = typeof told === 'number' ? told : date / 1000
  if (!Number.isFinite(seconds)) return undefined
  const here = options.now ? now() : (answer.askedAt + answer.answeredAt) / 2
  // Both times are truncated to whole seconds, so half a second is added.
  return seconds + 0.5 - here / 1000
}

function inWords(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
}

function capitalized(text = ''): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
