/** Calls the handlers in a component's props for an event of its widget. @module */

import type { UploadWidgetError, UploadWidgetEvent } from '@countersign/widget'
import type { CldUploadWidgetProps } from './cld-upload-widget-props.js'
import { handlerNameOf } from './upload-widget-events.js'
import type { CldUploadEventCallbackWidget, WidgetEvent } from './upload-widget-types.js'

/** An event of the widget, with the other arguments of its handlers. */
export interface WidgetOccasion {
  readonly error: UploadWidgetError | null
  readonly result: UploadWidgetEvent
  readonly widget: CldUploadEventCallbackWidget
}

type AnyHandler =
  | ((result: UploadWidgetEvent, widget: CldUploadEventCallbackWidget) => unknown)
  | undefined

let isUploadPropTold = false

/** Calls `onError`, the event's handler, its action, `onCompleted` and `onUpload`, in this order. If one throws, the next is still called. */
export function tellProps(
  props: CldUploadWidgetProps,
  { error, result, widget }: WidgetOccasion,
): void {
  if (error) call(() => props.onError?.(error, widget))
  const name = handlerNameOf(result.event)
  if (name) {
    // The name of the handler comes from the event, so the handler accepts this event.
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

// An error of the page's handler is reported like an uncaught error, without stopping the upload.
function report(error: unknown): void {
  if (typeof reportError === 'function') reportError(error)
  else console.error(error)
}

function warnOfOnUpload(): void {
  if (isUploadPropTold) return
  isUploadPropTold = true
  console.warn('[countersign] The onUpload prop is deprecated: use onSuccess.')
}
