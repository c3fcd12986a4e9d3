'use client'

/** Hook that provides an upload widget to a component. @module */

import type { UploadWidgetError, UploadWidgetEvent } from '@countersign/widget'
import { useEffect, useRef, useState } from 'react'
import type {
  CldUploadWidgetProps,
  CldUploadWidgetPropsChildren,
} from './cld-upload-widget-props.js'
import { readBuiltInConfig } from './config.js'
import { LAZY_CLOUDINARY } from './lazy-cloudinary.js'
import { tellProps } from './tell-props.js'
import type { WidgetEvent } from './upload-widget-types.js'
import { createWidgetBinding, EMPTY_SNAPSHOT, type WidgetBinding } from './widget-binding.js'
import { widgetOptions } from './widget-options.js'

interface Outcome {
  readonly results?: WidgetEvent
  readonly error?: UploadWidgetError
}

// Events that clear the last error, because the user tries again.
const STARTS: ReadonlySet<string> = new Set(['queues-start', 'retry'])

/**
 * Returns the state and methods of a component's upload widget.
 * @throws Error during render if no `signatureEndpoint` is set and the cloud name, API key or preset is missing.
 */
export function useUploadWidget(props: CldUploadWidgetProps): CldUploadWidgetPropsChildren {
  const options = widgetOptions(props, readBuiltInConfig())
  const latest = useRef({ props, options })
  const [snapshot, setSnapshot] = useState(EMPTY_SNAPSHOT)
  const [outcome, setOutcome] = useState<Outcome>({})
  const [binding] = useState<WidgetBinding>(() => {
    const created: WidgetBinding = createWidgetBinding({
      options: () => latest.current.options,
      onChange: setSnapshot,
      onOpen: (widget) => {
        setOutcome(({ results }) => (results ? { results } : {}))
        latest.current.props.onOpen?.(widget)
      },
      onLoadFailure: (error) => {
        setOutcome((before) => ({ ...before, error }))
        const { methods } = created
        latest.current.props.onError?.(error, { ...methods, widget: methods })
      },
      onEvent: (error, result) => {
        setOutcome((before) => outcomeAfter(before, { error, result }))
        tellProps(latest.current.props, { error, result, widget: created.forCallbacks() })
      },
    })
    return created
  })
  useEffect(() => {
    latest.current = { props, options }
    binding.sync(options)
  })
  useEffect(() => {
    binding.mount()
    return () => binding.release()
  }, [binding])
  return {
    isLoading: snapshot.isLoading,
    cloudinary: snapshot.cloudinary ?? LAZY_CLOUDINARY,
    // Before the widget exists, `open` and `show` of the binding load the code and create the widget.
    widget: snapshot.widget ?? binding.methods,
    ...outcome,
    ...binding.methods,
  }
}

function outcomeAfter(
  before: Outcome,
  {
    error,
    result,
  }: {
    readonly error: UploadWidgetError | null
    readonly result: UploadWidgetEvent
  },
): Outcome {
  const results = result as WidgetEvent
  if (error) return { results, error }
  return STARTS.has(result.event) || !before.error ? { results } : { results, error: before.error }
}
