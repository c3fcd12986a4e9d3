/** A row for one file of the queue. @module */

import type { MediaError } from '@countersign/protocol/errors'
import type { JSX } from 'preact'
import type { UploadItem } from '../../core/index.js'
import type { UploadWidgetOptions } from '../../options/options.js'
import { percentOf } from '../../options/upload-result.js'
import { failureDetail } from '../controls/failure-detail.js'
import { FILE_ICONS } from '../controls/file-icons.js'
import { Icon } from '../controls/icons.js'
import { SignIn } from '../controls/sign-in.js'
import { Spinner } from '../controls/spinner.js'
import type { Texts } from '../words/texts.js'
import { FileName } from './file-name.js'
import { memo } from './memo.js'
import { type ItemProps, Removable, type Removal } from './removal.js'
import { Thumbnail } from './thumbnail.js'

type RowProps = ItemProps

type ButtonProps = Omit<RowProps, 'announcer'>

/** Draws a file as a row. Draws again only if the file has changed. */
export const QueueRow: (props: RowProps) => JSX.Element = memo(function QueueRow(props: RowProps) {
  return <Removable {...props} draw={(removal) => drawRow(props, removal)} />
})

function drawRow({ item, host, texts }: RowProps, removal: Removal): JSX.Element {
  const { file, state } = item
  return (
    <li
      class="row"
      part="item"
      data-state={removal.problem ? 'failed' : shownState(item)}
      onKeyDown={(event) => {
        if (event.key === 'Delete') removal.remove(event.currentTarget)
      }}
    >
      <div class="thumb" part="thumb" aria-hidden="true">
        <Thumbnail file={file} host={host} boxPx={48} />
      </div>
      <div>
        <FileName name={file.name} />
        <div class="state" part="status">
          {removal.problem ? (
            <>
              <Icon path={FILE_ICONS.failed} />
              <span>{removal.problem}</span>
            </>
          ) : (
            <RowState item={item} options={host.options()} texts={texts} />
          )}
        </div>
      </div>
      <div class="acts">
        {state.status === 'failed' ? (
          <SignIn error={state.error} options={host.options()} texts={texts} />
        ) : null}
        {(state.status === 'failed' && state.isRetryable) ||
        (state.status === 'waiting' && state.error) ? (
          <RetryButton item={item} host={host} texts={texts} />
        ) : null}
        <PauseButton item={item} host={host} texts={texts} />
        {removal.button()}
      </div>
    </li>
  )
}

function shownState({ state }: UploadItem): string {
  if (state.status === 'preparing') return 'uploading'
  // Files get their signatures in advance, and then wait for a free slot.
  return state.status === 'signing' ? 'waiting' : state.status
}

function RowState({
  item,
  options,
  texts,
}: Pick<RowProps, 'item' | 'texts'> & { readonly options: UploadWidgetOptions }): JSX.Element {
  const { state } = item
  const size = texts.bytes(item.bytes)
  switch (state.status) {
    case 'ready':
      return <>{texts.say('queue.statuses.ready', { size })}</>
    case 'paused':
      return <PausedState item={item} texts={texts} />
    case 'file-needed':
      return (
        <span>
          {texts.say('queue.statuses.file_needed', { percent: sentPercent(item, texts) })}
        </span>
      )
    case 'preparing':
    case 'uploading':
      return <RowProgress item={item} texts={texts} />
    case 'processing':
      return (
        <>
          <Spinner />
          {texts.say('queue.statuses.processing')}
        </>
      )
    case 'done':
      return (
        <>
          <Icon name="done" />
          {texts.say('queue.statuses.uploaded', { size })}
        </>
      )
    case 'failed':
    case 'refused':
      return (
        <>
          {state.status === 'failed' ? <Icon path={FILE_ICONS.failed} /> : <Icon name="refused" />}
          <Reason error={state.error} options={options} texts={texts} />
        </>
      )
    case 'cancelled':
      return <>{texts.say('queue.statuses.aborted')}</>
    case 'signing':
      return <>{texts.say('queue.statuses.waiting', { size })}</>
    case 'waiting':
      return (
        <>
          {state.error ? (
            <Reason error={state.error} options={options} texts={texts} isTriedAgain />
          ) : (
            texts.say('queue.statuses.waiting', { size })
          )}
        </>
      )
  }
}

/** Shows a failure's sentence, and on development pages the cause below it. */
function Reason({
  error,
  options,
  texts,
  isTriedAgain,
}: {
  readonly error: MediaError
  readonly options: UploadWidgetOptions
  readonly texts: Texts
  readonly isTriedAgain?: boolean
}): JSX.Element {
  const detail = failureDetail(error, options)
  return (
    <span>
      {texts.reason(error)} {isTriedAgain ? texts.say('queue.statuses.again') : ''}
      {detail ? (
        <div dir="ltr" data-test="detail">
          {detail}
        </div>
      ) : null}
    </span>
  )
}

function PausedState({ item, texts }: Pick<RowProps, 'item' | 'texts'>): JSX.Element {
  const { state } = item
  const isOffline = state.status === 'paused' && state.reason === 'offline'
  const key = isOffline ? 'queue.statuses.offline' : 'queue.statuses.paused'
  return (
    <>
      <Icon path={FILE_ICONS.pause} />
      {texts.say(key, { percent: sentPercent(item, texts) })}
    </>
  )
}

function sentPercent(item: UploadItem, texts: Texts): string {
  return texts.percent(percentOf(item))
}

function RowProgress({ item, texts }: Pick<RowProps, 'item' | 'texts'>): JSX.Element {
  const percent = percentOf(item)
  return (
    <>
      <progress
        part="progress"
        aria-label={texts.say('queue.statuses.uploading', { name: item.file.name })}
        max={100}
        value={percent}
      />
      <span class="num">{texts.percent(percent)}</span>
    </>
  )
}

function RetryButton({ item, host, texts }: ButtonProps): JSX.Element {
  return (
    <button
      class="btn"
      type="button"
      data-test="retry"
      aria-label={texts.say('queue.retry_name', { name: item.file.name })}
      onClick={(event) => {
        // This button disappears with the failure, so the focus moves to the row's other button.
        const next = event.currentTarget.nextElementSibling
        if (next instanceof HTMLElement) next.focus()
        host.retry([item.id])
      }}
    >
      <Icon path={FILE_ICONS.retry} />
      <span>{texts.say('queue.retry_failed')}</span>
    </button>
  )
}

/** Minimum size for a pause button. Smaller files are uploaded before a person can press it. */
const PAUSABLE_FROM_BYTES = 5_000_000

function PauseButton({ item, host, texts }: ButtonProps): JSX.Element | null {
  const { id, file, state, bytes } = item
  const isPaused = state.status === 'paused' && state.reason === 'person'
  if (!isPaused && (state.status !== 'uploading' || bytes < PAUSABLE_FROM_BYTES)) return null
  const { name } = file
  return (
    <button
      class="btn icon"
      type="button"
      data-test={isPaused ? 'resume' : 'pause'}
      aria-label={texts.say(isPaused ? 'queue.resume' : 'queue.pause', { name })}
      onClick={() => (isPaused ? host.resume([id]) : host.pause([id]))}
    >
      <Icon path={isPaused ? FILE_ICONS.resume : FILE_ICONS.pause} />
    </button>
  )
}
