/** Announcements and notices about files. @module */

import type { QueueChange, UploadItem } from '../../core/index.js'
import type { UploadWidgetOptions } from '../../options/options.js'
import type { Announcer } from '../state/announcer.js'
import type { WidgetNotice } from '../state/contract.js'
import { totalsOf } from '../state/totals.js'
import type { Texts } from '../words/texts.js'

/** Announces a change of the queue to people who use a screen reader. */
export function announceChange(change: QueueChange, texts: Texts, announcer: Announcer): void {
  if (change.type === 'added') {
    for (const item of change.items) announceOutcome(item, texts, announcer)
  }
  if (change.type === 'changed') announceOutcome(change.item, texts, announcer)
  if (change.type === 'ended') {
    const { done, failed } = totalsOf(change.items)
    if (done > 0 && failed === 0) announcer.say(texts.count('queue.finished', done))
  }
}

function announceOutcome({ file, state }: UploadItem, texts: Texts, announcer: Announcer): void {
  if (state.status === 'done') announcer.say(texts.say('announce.uploaded', { name: file.name }))
  if (state.status !== 'failed' && state.status !== 'refused') return
  const reason = texts.reason(state.error)
  announcer.warn(texts.say('announce.failed', { name: file.name, reason }), (n) =>
    texts.say('announce.many_failed', { n, reason }),
  )
}

/** Returns the sentence about files that were not added; empty if there are none. */
export function noticeText(
  { added, leftOut, known, isUserChanged }: WidgetNotice,
  { maxFiles, multiple = true }: UploadWidgetOptions,
  texts: Texts,
): string {
  if (isUserChanged) return texts.say('notifications.user_changed')
  if (leftOut > 0) {
    const key = multiple && maxFiles !== 1 ? 'notifications.limit_reached' : 'notifications.single'
    return texts.count(key, leftOut, { max: maxFiles ?? 1 })
  }
  return known > 0 && added === 0 ? texts.count('notifications.no_new_files', known) : ''
}
