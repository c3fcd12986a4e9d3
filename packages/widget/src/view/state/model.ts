/** The state of a view, and its updates from the queue. @module */

import type { MediaError } from '@countersign/protocol/errors'
import type { FileRules, QueueChange, UploadItem } from '../../core/index.js'
import { isUnfinished } from '../../core/queue/upload-state.js'
import type { UploadWidgetOptions } from '../../options/options.js'
import { loadWords } from '../words/load-words.js'
import type { LocaleWords } from '../words/locales/load-locale.js'
import { createTexts, type Texts } from '../words/texts.js'
import { type Announcer, createAnnouncer } from './announcer.js'
import type { WidgetHost, WidgetNotice } from './contract.js'
import type { Panel } from './panel.js'
import { type Totals, totalsOf } from './totals.js'

/** Changes of files are drawn at most this often. */
const DRAW_INTERVAL_MS = 150
/** Delay before new files are drawn. People do not notice it, and the first requests leave before the page is busy with the rows. */
const DRAW_NEW_MS = 40

/** Files that hover over the widget. */
export interface DragState {
  readonly files: number
  readonly isAllowed: boolean
}

/** Name of the current view. */
export type Screen = 'problem' | Panel['kind'] | 'empty' | 'queue' | 'finished'

/** Filter of a long list. */
export type QueueFilter = 'all' | 'active' | 'failed'

/** State that is set directly. */
interface ViewState {
  readonly items: readonly UploadItem[]
  /** Reason why nothing can be uploaded. */
  readonly problem: MediaError | undefined
  readonly display: 'shown' | 'hidden' | 'minimized'
  readonly drag: DragState | undefined
  /** Open panel that covers the list. */
  readonly panel: Panel | undefined
  /** True if the menu of sources is open. */
  readonly isMenuOpen: boolean
  /** True if the footer asks whether to stop the uploads. */
  readonly isAsking: boolean
  readonly filter: QueueFilter
  readonly options: UploadWidgetOptions
  /** Words of the language, once they are loaded. */
  readonly locale: LocaleWords | undefined
  /** Seconds until everything is uploaded; `undefined` while unknown. */
  readonly secondsLeft: number | undefined
  /** Sentence about files that were not added; empty without one. */
  readonly notice: string
  /** Text of the polite live region. */
  readonly status: string
  /** Text of the interrupting live region. */
  readonly alert: string
}

/** State that is computed from {@link ViewState} and the queue. */
interface DerivedState {
  readonly totals: Totals
  readonly screen: Screen
  /** True if more than one file may be chosen. */
  readonly isMultiple: boolean
  /** True if closing the widget would stop or lose something. */
  readonly isBusy: boolean
  readonly texts: Texts
  readonly rules: FileRules
}

/** The state of a mounted view. A new object for every change. */
export interface WidgetModel extends ViewState, DerivedState {
  readonly host: WidgetHost
  readonly announcer: Announcer
  set(changes: Partial<ViewState>): void
  /** Closes the open panel and shows the list. */
  leavePanel(): void
  /** Adds a part's style sheet to the view. */
  adopt(sheetText: string): void
}

/** Holds the current {@link WidgetModel}. */
export interface ModelStore {
  current(): WidgetModel
  set(changes: Partial<ViewState>): void
  setProblem(problem: MediaError | undefined): void
  notify(notice: WidgetNotice): void
  follow(change: QueueChange): void
  leavePanel(): void
  destroy(): void
}

/** Sentences about files. The view loads their code with the file list. */
export interface FileAnnouncements {
  /** Announces a change of the queue to people who use a screen reader. */
  announceChange(change: QueueChange, texts: Texts, announcer: Announcer): void
  /** Returns the sentence about files that were not added, or an empty string. */
  noticeText(notice: WidgetNotice, options: UploadWidgetOptions, texts: Texts): string
}

/** Functions that a model needs from its view. */
export interface ModelOptions {
  /** Called with the new model after every change. */
  readonly onChange: (model: WidgetModel) => void
  readonly adopt: WidgetModel['adopt']
  readonly loadAnnouncements: () => Promise<FileAnnouncements>
}

/** Creates the state of a view and keeps it up to date with the queue. */
export function createModel(
  host: WidgetHost,
  { onChange, adopt, loadAnnouncements }: ModelOptions,
): ModelStore {
  const announcer = createAnnouncer((region, text) => set({ [region]: text }))
  let ownProblem: MediaError | undefined
  let flushing: ReturnType<typeof setTimeout> | undefined
  let lastQuarter = 0
  let isDestroyed = false
  let state: ViewState = {
    items: host.queue.items(),
    problem: undefined,
    display: 'hidden',
    drag: undefined,
    panel: undefined,
    isMenuOpen: false,
    isAsking: false,
    filter: 'all',
    options: host.options(),
    locale: undefined,
    secondsLeft: undefined,
    notice: '',
    status: '',
    alert: '',
  }
  let texts = createTexts(state.options, state.locale)
  let model = derive()
  void speakLanguage()

  function derive(): WidgetModel {
    const { items, options, problem, panel } = state
    const rules = { ...options, limits: host.queue.limits() }
    const totals = totalsOf(items)
    return {
      ...state,
      totals,
      isMultiple: options.multiple !== false && options.maxFiles !== 1,
      isBusy: totals.active > 0 || panel !== undefined || state.isMenuOpen,
      screen: problem ? 'problem' : (panel?.kind ?? screenOf(items)),
      texts,
      rules,
      host,
      announcer,
      set,
      leavePanel,
      adopt,
    }
  }

  function set(changes: Partial<ViewState>): void {
    if (isDestroyed) return
    const { language } = state.options
    state = { ...state, ...changes }
    // Rows compare their texts by identity, so texts change only with their sources.
    if (changes.options || changes.locale) texts = createTexts(state.options, state.locale)
    model = derive()
    onChange(model)
    if (language !== state.options.language) void speakLanguage()
  }

  async function speakLanguage(): Promise<void> {
    const { language } = state.options
    const locale = await loadWords(language)
    if (locale && language === state.options.language) set({ locale })
  }

  function leavePanel(): void {
    const { panel } = state
    set({ panel: undefined })
    if (panel?.kind === 'crop') panel.done(null)
  }

  function flush(): void {
    clearTimeout(flushing)
    flushing = undefined
    const items = host.queue.items()
    const { active, percent } = totalsOf(items)
    // Hides the time left while no bytes move, because the estimate would only grow.
    const isMoving = items.some(({ state }) => state.status === 'uploading')
    const secondsLeft = isMoving ? host.queue.progress().secondsLeft : undefined
    set({ items, problem: ownProblem ?? problemOf(items), secondsLeft })
    const quarter = Math.floor(percent / 25)
    if (active > 0 && quarter > lastQuarter) {
      announcer.say(texts.say('announce.percent', { percent: texts.percent(quarter * 25) }))
    }
    lastQuarter = quarter
  }

  return {
    current: () => model,
    set,
    leavePanel,
    setProblem(problem) {
      ownProblem = problem
      flush()
    },
    async notify(counts) {
      const { noticeText } = await loadAnnouncements()
      const notice = noticeText(counts, state.options, texts)
      if (counts.added > 0) announcer.say(texts.count('announce.added', counts.added))
      if (notice) announcer.warn(notice)
      set({ notice })
    },
    async follow(change) {
      // Uploads change state often, so these changes are drawn together. All other changes are drawn at once.
      if (change.type === 'changed') flushing ??= setTimeout(flush, DRAW_INTERVAL_MS)
      else if (change.type === 'added' || change.type === 'started')
        flushing ??= setTimeout(flush, DRAW_NEW_MS)
      else flush()
      const { announceChange } = await loadAnnouncements()
      announceChange(change, texts, announcer)
    },
    destroy() {
      const { panel } = state
      isDestroyed = true
      if (panel?.kind === 'crop') panel.done(null)
      clearTimeout(flushing)
      announcer.destroy()
    },
  }
}

/** Returns a configuration failure to show for the whole queue, if nothing is uploaded or uploading. */
function problemOf(items: readonly UploadItem[]): MediaError | undefined {
  const isHopeless = items.every(({ state }) => state.status !== 'done' && !isUnfinished(state))
  if (!isHopeless) return undefined
  for (const { state } of items) {
    if (state.status === 'failed' && state.error.details.isConfiguration) return state.error
  }
  return undefined
}

function screenOf(items: readonly UploadItem[]): Screen {
  if (items.length === 0) return 'empty'
  return items.every(({ state }) => state.status === 'done') ? 'finished' : 'queue'
}
