/** Creates the callback of `createUploadWidget` from one handler for each event. @module */

import { type HandlerName, handlerNameOf } from './upload-widget-events.js'
import type {
  CloudinaryUploadWidgetError,
  CloudinaryUploadWidgetResults,
} from './upload-widget-types.js'

/** Handlers of the widget's events, by name. */
export type UploadWidgetHandlers = {
  readonly [Name in HandlerName]?: (results: CloudinaryUploadWidgetResults) => void
} & {
  readonly onError?: (
    error: CloudinaryUploadWidgetError,
    results: CloudinaryUploadWidgetResults,
  ) => void
  /** Called for every event, with or without an error. */
  readonly onResult?: (results: CloudinaryUploadWidgetResults) => void
}

/** Creates a callback for `createUploadWidget`. It calls `onError` if there is an error, then `onResult`, then the event's own handler. */
export function generateUploadWidgetResultCallback(
  handlers: UploadWidgetHandlers,
): (error: CloudinaryUploadWidgetError | null, results: CloudinaryUploadWidgetResults) => void {
  return (error, results) => {
    if (error) handlers.onError?.(error, results)
    handlers.onResult?.(results)
    const name = handlerNameOf(results?.event)
    if (name) handlers[name]?.(results)
  }
}
