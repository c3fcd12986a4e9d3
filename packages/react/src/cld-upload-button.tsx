'use client'

/** A button that opens an upload widget. @module */

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

/** Props of {@link CldUploadButton}: the widget's, and any attribute of a button. */
export interface CldUploadButtonProps
  extends WidgetProps,
    Omit<ButtonHTMLAttributes<HTMLButtonElement>, keyof WidgetProps | 'onClick'> {
  /** Called after the widget was opened. next-cloudinary declares it as `Function`. */
  // biome-ignore lint/complexity/noBannedTypes: an app's value may have next-cloudinary's type.
  readonly onClick?: MouseEventHandler<HTMLButtonElement> | Function | undefined
}

/**
 * A button that opens an upload widget; its label is `Upload` unless it has children.
 *
 * @throws Error during render as `CldUploadWidget` does.
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
      // Not disabled while it loads: the dialog gives the focus back to this button.
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

/** Every prop of the widget besides its events. The type names one that is missing here. */
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
