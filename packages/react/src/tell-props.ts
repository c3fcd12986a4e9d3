/** Tell a component's props about one event of its widget. @module */

import type { UploadWidgetError, UploadWidgetEvent } from '@countersign/widget'
import type { CldUploadWidgetProps } from './cld-upload-widget-props.js'
import { handlerNameOf } from './upload-widget-events.js'
import type { CldUploadEventCallbackWidget, WidgetEvent } from './upload-widget-types.js'

/** One event and what its handlers get besides. */
export interface WidgetOccasion {
  readonly error: UploadWidgetError | null
  readonly result: UploadWidgetEvent
  readonly widget: CldUploadEventCallbackWidget
}

type AnyHandler =
  | ((result: UploadWidgetEvent, widget: CldUploadEventCallbackWidget) => unknown)
  | undefined

let isUploadPropTold = false

/** Call `onError`, the event's handler, its action and `onUpload`, in this order. One that throws does not stop the next. */
export function tellProps(
  props: CldUploadWidgetProps,
  { error, result, widget }: WidgetOccasion,
): void {
  if (error) call(() => props.onError?.(error, widget))
  const name = handlerNameOf(result.event)
  if (name) {
    // Each handler takes its own event; the name that leads to it is made of that event's.
    const handler = props[name] as AnyHandler
    const action = props[`${name}Action`] as AnyHandler
    call(() => handler?.(result, widget))
    call(() => (action as ((result: UploadWidgetEvent) => unknown) | undefined)?.(result))
  }
  if (result.event === 'completed' && result.info.status === 'done') {
    const { result: answer, asset } = result.info
    call(() => props.onCompleted?.(answer, asset))
  }
  if (result.event === 'success' && props.onUpload) {
    const { onUpload } = props
    warnOfOnUpload()
    call(() => onUpload(result as WidgetEvent<'success'>, widget.widget))
  }
}

function call(handler: () => unknown): void {
  try {
    const answer = handler()
    if (answer instanceof Promise) answer.catch(report)
  } catch (error) {
    report(error)
  }
}

// The page's own mistake: shown as any uncaught error is, without breaking the upload.
function report(error: unknown): void {
  if (typeof reportError === 'function') reportError(error)
  else console.error(error)
}

function warnOfOnUpload(): void {
  if (isUploadPropTold) return
  isUploadPropTold = true
  console.warn('[countersign] The onUpload prop is deprecated: use onSuccess.')
}
