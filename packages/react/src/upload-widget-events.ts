/** Names of the props that handle the widget's events. @module */

/** Name of the prop that handles each event, by event name. */
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

/** Name of an event that a prop handles. */
export type HandledEvent = keyof typeof UPLOAD_WIDGET_EVENTS
/** Name of a prop that handles an event. */
export type HandlerName = (typeof UPLOAD_WIDGET_EVENTS)[HandledEvent]

/** Returns the name of the prop that handles an event, or `undefined` if no prop does. */
export function handlerNameOf(event: unknown): HandlerName | undefined {
  return typeof event === 'string' && Object.hasOwn(UPLOAD_WIDGET_EVENTS, event)
    ? UPLOAD_WIDGET_EVENTS[event as HandledEvent]
    : undefined
}
