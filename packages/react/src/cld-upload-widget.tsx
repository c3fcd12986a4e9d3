'use client'

/** The upload widget as a component that renders whatever opens it. @module */

import type { ReactNode } from 'react'
import type { CldUploadWidgetProps } from './cld-upload-widget-props.js'
import { useUploadWidget } from './use-upload-widget.js'

/**
 * An upload widget whose opener is rendered by the page.
 *
 * @throws Error during render when no `signatureEndpoint` is set and cloud, key or preset is missing.
 * @example
 * <CldUploadWidget signatureEndpoint="/api/sign-cloudinary-params" onSuccess={({ info }) => save(info.secure_url)}>
 *   {({ open }) => <button onClick={() => open()}>Upload an Image</button>}
 * </CldUploadWidget>
 */
export function CldUploadWidget(props: CldUploadWidgetProps): ReactNode {
  const widget = useUploadWidget(props)
  return typeof props.children === 'function' ? props.children(widget) : null
}
