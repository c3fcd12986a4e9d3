/** Props of `CldUploadWidget`, and the argument of its render function. @module */

import type { UploadResult, UploadWidgetError } from '@countersign/widget'
import type { ReactNode } from 'react'
import type {
  CldUploadEventAction,
  CldUploadEventCallback,
  CldUploadEventCallbackError,
  CldUploadEventCallbackNoOptions,
  CldUploadEventCallbackWidgetOnly,
  CldUploadWidgetCloudinaryInstance,
  CldUploadWidgetWidgetInstance,
  CloudinaryUploadWidgetInstanceMethods,
  WidgetEvent,
} from './upload-widget-types.js'
import type { OptionProps } from './widget-options.js'

/** Argument of the render function of `CldUploadWidget`: methods and state of the widget. */
export interface CldUploadWidgetPropsChildren extends CloudinaryUploadWidgetInstanceMethods {
  /** Functions of the widget's module. The first call loads its code. */
  readonly cloudinary: CldUploadWidgetCloudinaryInstance
  /** The component's widget. Before the first `open`, its method `open` or `show` loads the code and creates the widget. */
  readonly widget: CldUploadWidgetWidgetInstance
  /** The last event of any kind. Narrow its type by `event`. */
  readonly results?: WidgetEvent | undefined
  /** The last error. Cleared by the next `open`, retry or start of a queue. */
  readonly error?: UploadWidgetError | undefined
  /** True while the widget's code loads. */
  readonly isLoading: boolean
}

/** Handlers of the widget's events. Each also exists as `…Action` for Server Actions. */
export interface UploadWidgetEventProps {
  readonly onAbort?: CldUploadEventCallback<'abort'> | undefined
  readonly onBatchCancelled?: CldUploadEventCallback<'batch-cancelled'> | undefined
  readonly onClose?: CldUploadEventCallback<'close'> | undefined
  readonly onDisplayChanged?: CldUploadEventCallback<'display-changed'> | undefined
  readonly onPublicId?: CldUploadEventCallback<'publicid'> | undefined
  readonly onQueuesEnd?: CldUploadEventCallback<'queues-end'> | undefined
  readonly onQueuesStart?: CldUploadEventCallback<'queues-start'> | undefined
  readonly onRetry?: CldUploadEventCallback<'retry'> | undefined
  readonly onShowCompleted?: CldUploadEventCallback<'show-completed'> | undefined
  readonly onSourceChanged?: CldUploadEventCallback<'source-changed'> | undefined
  /** Called once per uploaded file, after the server has stored it. */
  readonly onSuccess?: CldUploadEventCallback<'success'> | undefined
  readonly onTags?: CldUploadEventCallback<'tags'> | undefined
  readonly onUploadAdded?: CldUploadEventCallback<'upload-added'> | undefined
  readonly onAbortAction?: CldUploadEventAction<'abort'> | undefined
  readonly onBatchCancelledAction?: CldUploadEventAction<'batch-cancelled'> | undefined
  readonly onCloseAction?: CldUploadEventAction<'close'> | undefined
  readonly onDisplayChangedAction?: CldUploadEventAction<'display-changed'> | undefined
  readonly onPublicIdAction?: CldUploadEventAction<'publicid'> | undefined
  readonly onQueuesEndAction?: CldUploadEventAction<'queues-end'> | undefined
  readonly onQueuesStartAction?: CldUploadEventAction<'queues-start'> | undefined
  readonly onRetryAction?: CldUploadEventAction<'retry'> | undefined
  readonly onShowCompletedAction?: CldUploadEventAction<'show-completed'> | undefined
  readonly onSourceChangedAction?: CldUploadEventAction<'source-changed'> | undefined
  readonly onSuccessAction?: CldUploadEventAction<'success'> | undefined
  readonly onTagsAction?: CldUploadEventAction<'tags'> | undefined
  readonly onUploadAddedAction?: CldUploadEventAction<'upload-added'> | undefined
}

/** Props of `CldUploadWidget`. */
export interface CldUploadWidgetProps extends OptionProps, UploadWidgetEventProps {
  /** Renders the element that opens the widget, such as a button. */
  readonly children?: ((widget: CldUploadWidgetPropsChildren) => ReactNode) | undefined
  /** Called after `onSuccess` with the value that the app's `onUploaded` returned. Not called if the completion failed or is still pending. */
  readonly onCompleted?: ((result: unknown, asset: UploadResult) => void) | undefined
  /** Called for every error, with a sentence and a code. */
  readonly onError?: CldUploadEventCallbackError | undefined
  /** Called after this component has opened its widget. */
  readonly onOpen?: CldUploadEventCallbackWidgetOnly | undefined
  /** @deprecated Use `onSuccess`. */
  readonly onUpload?: CldUploadEventCallbackNoOptions | undefined
}
