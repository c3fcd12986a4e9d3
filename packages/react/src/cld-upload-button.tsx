'use client'

/** Button component that opens an upload widget. @module */

import {
  type ButtonHTMLAttributes,
  type ForwardedRef,
  type ForwardRefExoticComponent,
  forwardRef,
  type MouseEventHandler,
  type ReactElement,
  type RefAttributes,
} from 'react'
import type { CldUploadWidgetProps, UploadWidgetEventProps } from './cld-upload-widget-props.js'
import { UPLOAD_WIDGET_EVENTS } from './upload-widget-events.js'
import { useUploadWidget } from './use-upload-widget.js'

type WidgetProps = Omit<CldUploadWidgetProps, 'children'>

/** Props of {@link CldUploadButton}: the props of the widget, and any attribute of a button. */
export interface CldUploadButtonProps
  extends WidgetProps,
    Omit<ButtonHTMLAttributes<HTMLButtonElement>, keyof WidgetProps | 'onClick'> {
  /** Called after a click has opened the widget. next-cloudinary declares this prop as `Function`. */
  // biome-ignore lint/complexity/noBannedTypes: an app's value may have next-cloudinary's type.
  readonly onClick?: MouseEventHandler<HTMLButtonElement> | Function | undefined
}

/**
 * Renders a button that opens an upload widget. Its label is `Upload` unless it has children.
 *
 * @throws Error during render if no `signatureEndpoint` is set and the cloud name, API key or preset is missing.
 * @example
 * <CldUploadButton signatureEndpoint="/api/sign-cloudinary-params">Add photos</CldUploadButton>
 */
export const CldUploadButton: ForwardRefExoticComponent<
  CldUploadButtonProps & RefAttributes<HTMLButtonElement>
> = forwardRef(function CldUploadButton(
  props: CldUploadButtonProps,
  ref: ForwardedRef<HTMLButtonElement>,
): ReactElement {
  const { children = 'Upload', onClick, ...buttonProps } = attributesOf(props)
  const { open, isLoading } = useUploadWidget(widgetPropsOf(props))
  return (
    <button
      type="button"
      {...buttonProps}
      // Not disabled while the code loads, because the dialog returns the focus to this button.
      aria-busy={isLoading || undefined}
      ref={ref}
      onClick={(event) => {
        event.preventDefault()
        open()
        onClick?.(event)
      }}
    >
      {children}
    </button>
  )
})

/** Every prop of the widget except its event handlers. A missing prop is a type error. */
const OTHER_PROPS: Readonly<
  Record<Exclude<keyof WidgetProps, keyof UploadWidgetEventProps>, true>
> = {
  config: true,
  fetcher: true,
  options: true,
  signatureEndpoint: true,
  uploadPreset: true,
  onCompleted: true,
  onError: true,
  onOpen: true,
  onUpload: true,
}
const HANDLER_NAMES = Object.values(UPLOAD_WIDGET_EVENTS)
const WIDGET_PROP_NAMES: ReadonlySet<string> = new Set([
  ...Object.keys(OTHER_PROPS),
  ...HANDLER_NAMES,
  ...HANDLER_NAMES.map((name) => `${name}Action`),
])

function attributesOf(props: CldUploadButtonProps): ButtonHTMLAttributes<HTMLButtonElement> {
  return Object.fromEntries(Object.entries(props).filter(([name]) => !WIDGET_PROP_NAMES.has(name)))
}

function widgetPropsOf(props: CldUploadButtonProps): WidgetProps {
  return Object.fromEntries(Object.entries(props).filter(([name]) => WIDGET_PROP_NAMES.has(name)))
}
