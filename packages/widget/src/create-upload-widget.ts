/** Functions of the widget that a page calls. @module */

import type { UploadWidgetCallback } from './options/events.js'
import type { UploadWidgetInstance } from './options/instance.js'
import { toCamelCaseOptions, type UploadWidgetInput } from './options/options.js'
import { pageDefaults } from './options/page-defaults.js'
import { lastOpenedWidget, UploadWidget } from './upload-widget.js'

/**
 * Creates a widget. Fetches nothing and adds nothing to the document before `open`. If an earlier visit left an unfinished upload, the
 * widget shows it as the minimized bar and continues.
 *
 * @param callback Called for every event as `(error, { event, info })`.
 * @example
 * const widget = createUploadWidget({ signatureEndpoint: '/api/sign-cloudinary-params' }, (error, result) => {
 *   if (!error && result.event === 'success') console.log(result.info.secure_url)
 * })
 * button.onclick = () => widget.open()
 */
export function createUploadWidget(
  options: UploadWidgetInput,
  callback?: UploadWidgetCallback,
): UploadWidgetInstance {
  return new UploadWidget(options, callback)
}

/** Creates a widget and opens it. */
export function openUploadWidget(
  options: UploadWidgetInput,
  callback?: UploadWidgetCallback,
): UploadWidgetInstance {
  const widget = createUploadWidget(options, callback)
  widget.open()
  return widget
}

/** Replaces an element with a button that opens the widget. `form` and `thumbnails` default to the form around the element. */
export function applyUploadWidget(
  element: HTMLElement | string,
  options: UploadWidgetInput,
  callback?: UploadWidgetCallback,
): UploadWidgetInstance {
  const target =
    typeof element === 'string' ? document.querySelector<HTMLElement>(element) : element
  if (!target) throw new TypeError(`applyUploadWidget: no element ${element}`)
  const form = target.closest('form')
  const widget = createUploadWidget({ form, thumbnails: form, ...options }, callback)
  const { buttonClass = 'cloudinary-button', buttonCaption = 'Upload' } =
    toCamelCaseOptions(options)
  const button = document.createElement('button')
  button.type = 'button'
  button.className = buttonClass
  button.textContent = buttonCaption
  button.addEventListener('click', () => widget.open())
  target.hidden = true
  target.after(button)
  return widget
}

/** Closes the widget that was opened last, if any. */
export function closeUploadWidget(options?: { readonly quiet?: boolean }): void {
  lastOpenedWidget()?.close(options)
}

/** Sets the cloud name for all widgets whose options have no `cloudName`. */
export function setCloudName(cloudName: string): void {
  pageDefaults.cloudName = cloudName
}
