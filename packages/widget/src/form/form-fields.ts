/** The hidden fields that a page's form receives. @module */

import type { UploadResult } from '../options/events.js'
import type { UploadWidgetOptions } from '../options/options.js'
import { preloadedIdentifier } from './preloaded-identifier.js'

/** Put an uploaded asset into the page's form, where the options name one. */
export function addToForm(asset: UploadResult, options: UploadWidgetOptions): void {
  formOf(options)?.append(hiddenField(asset, options.fieldName ?? 'image'))
}

/** Take an asset out of the page's form again. */
export function removeFromForm(asset: UploadResult, options: UploadWidgetOptions): void {
  const value = preloadedIdentifier(asset)
  for (const field of formOf(options)?.querySelectorAll<HTMLInputElement>('input[type=hidden]') ??
    []) {
    if (field.value === value) field.remove()
  }
}

/** The form that the options name. */
export function formOf({ form }: UploadWidgetOptions): Element | null | undefined {
  return typeof form === 'string' ? document.querySelector(form) : form
}

function hiddenField(asset: UploadResult, name: string): HTMLInputElement {
  const field = document.createElement('input')
  field.type = 'hidden'
  field.name = name
  field.value = preloadedIdentifier(asset)
  return field
}
