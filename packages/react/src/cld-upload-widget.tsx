'use client'

/** Upload widget component with a render function. @module */

import type { ReactNode } from 'react'
import type { CldUploadWidgetProps } from './cld-upload-widget-props.js'
import { useUploadWidget } from './use-upload-widget.js'

/**
 * Provides an upload widget to its render function, which renders the element that opens the widget.
 *
 * @throws Error during render if no `signatureEndpoint` is set and the cloud name, API key or preset is missing.
 * @example
 * <CldUploadWidget signatureEndpoint="/api/sign-cloudinary-params" onSuccess={({ info }) => save(info.secure_url)}>
 *   {({ open }) => <button onClick={() => open()}>Upload an Image</button>}
 * </CldUploadWidget>
 */
export function CldUploadWidget(props: CldUploadWidgetProps): ReactNode {
  const widget = useUploadWidget(props)
  return typeof props.children === 'function' ? props.children(widget) : null
}
