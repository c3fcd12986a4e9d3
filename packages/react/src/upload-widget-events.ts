/** Which prop each event of the widget belongs to. @module */

/** Event name to prop name. */
export const UPLOAD_WIDGET_EVENTS = {
  abort: 'onAbort',
  'batch-cancelled': 'onBatchCancelled',
  close: 'onClose',
  'display-changed': 'onDisplayChanged',
  publicid: 'onPublicId',
  'queues-end': 'onQueuesEnd',
  'queues-start': 'onQueuesStart',
  retry: 'onRetry',
  'show-completed': 'onShowCompleted',
  'source-changed': 'onSourceChanged',
  success: 'onSuccess',
  tags: 'onTags',
  'upload-added': 'onUploadAdded',
} as const

/** An event that has a prop. */
export type HandledEvent = keyof typeof UPLOAD_WIDGET_EVENTS
/** The prop of an event. */
export type HandlerName = (typeof UPLOAD_WIDGET_EVENTS)[HandledEvent]

/** The prop of an event, `undefined` where it has none. */
export function handlerNameOf(event: unknown): HandlerName | undefined {
  return typeof event === 'string' && Object.hasOwn(UPLOAD_WIDGET_EVENTS, event)
    ? UPLOAD_WIDGET_EVENTS[event as HandledEvent]
    : undefined
}
