/** What the view shows, and what follows from the queue's changes. @module */

import type { MediaError } from '@countersign/protocol/errors'
import { type FileRules, isUnfinished, type QueueChange, type UploadItem } from '../core/index.js'
import type { UploadWidgetOptions } from '../options.js'
import { type Announcer, createAnnouncer } from './announcer.js'
import type { WidgetHost, WidgetNotice } from './contract.js'
import { createTexts, type Texts } from './texts.js'
import { type Totals, totalsOf } from './totals.js'

/** Progress is shown this often. */
const PROGRESS_INTERVAL_MS = 80
/** Before this, an estimate is a guess. */
const ESTIMATE_AFTER_MS = 2000

/** What hovers over the widget. */
export interface DragState {
  readonly files: number
  readonly isAllowed: boolean
}

/** Which view is seen. */
export type Screen = 'problem' | 'empty' | 'queue' | 'finished'

/** Which rows of a long queue are seen. */
export type QueueFilter = 'all' | 'active' | 'failed'

/** What can be set. */
interface ViewState {
  readonly items: readonly UploadItem[]
  /** Why nothing can be uploaded. */
  readonly problem: MediaError | undefined
  readonly display: 'shown' | 'hidden' | 'minimized'
  readonly drag: DragState | undefined
  /** Whether the question before stopping stands in the footer. */
  readonly isAsking: boolean
  readonly filter: QueueFilter
  readonly options: UploadWidgetOptions
  /** Seconds until everything is uploaded, once there is something to judge by. */
  readonly secondsLeft: number | undefined
  /** What became of files that did not get into the list; empty where nothing is to be said. */
  readonly notice: string
  /** Text of the polite live region. */
  readonly status: string
  /** Text of the interrupting live region. */
  readonly alert: string
}

/** What follows from it. */
interface DerivedState {
  readonly totals: Totals
  readonly screen: Screen
  readonly texts: Texts
  readonly rules: FileRules
}

/** The state of a mounted view. A new object for every change. */
export interface WidgetModel extends ViewState, DerivedState {
  readonly host: WidgetHost
  readonly announcer: Announcer
  set(changes: Partial<ViewState>): void
}

/** Holds the current {@link WidgetModel}. */
export interface ModelStore {
  current(): WidgetModel
  set(changes: Partial<ViewState>): void
  setProblem(problem: MediaError | undefined): void
  notify(notice: WidgetNotice): void
  follow(change: QueueChange): void
  destroy(): void
}

/** The state of a view, and what keeps it up to date. */
export function createModel(host: WidgetHost, onChange: (model: WidgetModel) => void): ModelStore {
  const announcer = createAnnouncer((region, text) => set({ [region]: text }))
  let startedAt = 0
  let firstBytes = 0
  let ownProblem: MediaError | undefined
  let flushing: ReturnType<typeof setTimeout> | undefined
  let lastQuarter = 0
  let state: ViewState = {
    items: host.queue.items(),
    problem: undefined,
    display: 'hidden',
    drag: undefined,
    isAsking: false,
    filter: 'all',
    options: host.options(),
    secondsLeft: undefined,
    notice: '',
    status: '',
    alert: '',
  }
  let texts = createTexts(state.options)
  let model = derive()

  function derive(): WidgetModel {
    const { items, options, problem } = state
    const rules = { ...options, limits: host.queue.limits() }
    return {
      ...state,
      totals: totalsOf(items),
      screen: screenOf(items, problem),
      texts,
      rules,
      host,
      announcer,
      set,
    }
  }

  function set(changes: Partial<ViewState>): void {
    state = { ...state, ...changes }
    // Rows compare their words by identity.
    if (changes.options) texts = createTexts(state.options)
    model = derive()
    onChange(model)
  }

  function estimate(sentBytes: number, bytes: number): number | undefined {
    const elapsedMs = performance.now() - startedAt
    const sent = sentBytes - firstBytes
    if (elapsedMs < ESTIMATE_AFTER_MS || sent <= 0) return undefined
    return Math.ceil(((bytes - sentBytes) * elapsedMs) / sent / 1000)
  }

  function flush(): void {
    clearTimeout(flushing)
    flushing = undefined
    const items = host.queue.items()
    const { active, bytes, sentBytes, percent } = totalsOf(items)
    set({
      items,
      problem: ownProblem ?? problemOf(items),
      secondsLeft: active > 0 ? estimate(sentBytes, bytes) : undefined,
    })
    const quarter = Math.floor(percent / 25)
    if (active > 0 && quarter > lastQuarter) {
      announcer.say(texts.say('announce.percent', { percent: texts.percent(quarter * 25) }))
    }
    lastQuarter = quarter
  }

  return {
    current: () => model,
    set,
    setProblem(problem) {
      ownProblem = problem
      flush()
    },
    notify(counts) {
      const notice = noticeText(counts, state.options, texts)
      if (counts.added > 0) announcer.say(texts.count('announce.added', counts.added))
      if (notice) announcer.warn(notice)
      set({ notice })
    },
    follow(change) {
      if (change.type === 'started') {
        startedAt = performance.now()
        firstBytes = model.totals.sentBytes
      }
      const isProgress = change.type === 'changed' && change.item.state.status === 'uploading'
      if (!isProgress) flush()
      else flushing ??= setTimeout(flush, PROGRESS_INTERVAL_MS)
      announceChange(change, texts, announcer)
    },
    destroy() {
      clearTimeout(flushing)
      announcer.destroy()
    },
  }
}

/** A failure of the set-up stands for the whole queue, as long as nothing worked. */
function problemOf(items: readonly UploadItem[]): MediaError | undefined {
  const isHopeless = items.every(({ state }) => state.status !== 'done' && !isUnfinished(state))
  if (!isHopeless) return undefined
  for (const { state } of items) {
    if (state.status === 'failed' && state.error.details.isConfiguration) return state.error
  }
  return undefined
}

function screenOf(items: readonly UploadItem[], problem: MediaError | undefined): Screen {
  if (problem) return 'problem'
  if (items.length === 0) return 'empty'
  return items.every(({ state }) => state.status === 'done') ? 'finished' : 'queue'
}

function announceChange(change: QueueChange, texts: Texts, announcer: Announcer): void {
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

function noticeText(
  { added, leftOut, known }: WidgetNotice,
  { maxFiles, multiple = true }: UploadWidgetOptions,
  texts: Texts,
): string {
  if (leftOut > 0) {
    const key = multiple ? 'notifications.limit_reached' : 'notifications.single'
    return texts.count(key, leftOut, { max: maxFiles ?? 1 })
  }
  return known > 0 && added === 0 ? texts.count('notifications.no_new_files', known) : ''
}
