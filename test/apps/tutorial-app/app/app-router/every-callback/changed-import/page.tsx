'use client'

import {
  CldUploadWidget,
  type CloudinaryUploadWidgetError,
  type CloudinaryUploadWidgetResults,
} from '@countersign/react'
import { useState } from 'react'

export default function Page() {
  const [calls, setCalls] = useState<readonly string[]>([])
  const note = (call: string) => setCalls((before) => [...before, call])
  const callback = (name: string) => (result: CloudinaryUploadWidgetResults, methods: object) =>
    note(`${name} ${describe(result)} ${Object.hasOwn(methods, 'widget')}`)
  const action = (name: string) => (result: CloudinaryUploadWidgetResults) =>
    note(`${name} ${describe(result)}`)

  return (
    <main>
      <CldUploadWidget
        signatureEndpoint="/api/sign-cloudinary-params"
        options={{ sources: ['local', 'url'], multiple: true, singleUploadAutoClose: false }}
        onAbort={callback('onAbort')}
        onBatchCancelled={callback('onBatchCancelled')}
        onClose={callback('onClose')}
        onDisplayChanged={callback('onDisplayChanged')}
        onPublicId={callback('onPublicId')}
        onQueuesEnd={callback('onQueuesEnd')}
        onQueuesStart={callback('onQueuesStart')}
        onRetry={callback('onRetry')}
        onShowCompleted={callback('onShowCompleted')}
        onSourceChanged={callback('onSourceChanged')}
        onSuccess={callback('onSuccess')}
        onTags={callback('onTags')}
        onUploadAdded={callback('onUploadAdded')}
        onAbortAction={action('onAbortAction')}
        onBatchCancelledAction={action('onBatchCancelledAction')}
        onCloseAction={action('onCloseAction')}
        onDisplayChangedAction={action('onDisplayChangedAction')}
        onPublicIdAction={action('onPublicIdAction')}
        onQueuesEndAction={action('onQueuesEndAction')}
        onQueuesStartAction={action('onQueuesStartAction')}
        onRetryAction={action('onRetryAction')}
        onShowCompletedAction={action('onShowCompletedAction')}
        onSourceChangedAction={action('onSourceChangedAction')}
        onSuccessAction={action('onSuccessAction')}
        onTagsAction={action('onTagsAction')}
        onUploadAddedAction={action('onUploadAddedAction')}
        onError={(error: CloudinaryUploadWidgetError) => note(`onError ${typeof error}`)}
        onOpen={() => note('onOpen')}
        onUpload={action('onUpload')}
      >
        {({ open }) => {
          return (
            <button type="button" onClick={() => open()}>
              Upload an Image
            </button>
          )
        }}
      </CldUploadWidget>
      <ol>
        {calls.map((call, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: calls are only ever appended, and two may be equal.
          <li key={index}>{call}</li>
        ))}
      </ol>
    </main>
  )
}

function describe({ event, info }: CloudinaryUploadWidgetResults): string {
  if (typeof info !== 'object') return `${event} ${info}`
  return `${event} ${info.original_filename ?? Object.keys(info).sort().join()}`
}
