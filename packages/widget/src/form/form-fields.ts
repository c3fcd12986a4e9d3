/** Hidden fields for uploaded assets in the page's form. @module */

import type { UploadResult } from '../options/events.js'
import type { UploadWidgetOptions } from '../options/options.js'
import { preloadedIdentifier } from './preloaded-identifier.js'

/** Adds a hidden field for an uploaded asset to the page's form, if the options name a form. */
export function addToForm(asset: UploadResult, options: UploadWidgetOptions): void {
  formOf(options)?.append(hiddenField(asset, options.fieldName ?? 'image'))
}

/** Removes the hidden field of an asset from the page's form. */
export function removeFromForm(asset: UploadResult, options: UploadWidgetOptions): void {
  const value = preloadedIdentifier(asset)
  for (const field of formOf(options)?.querySelectorAll<HTMLInputElement>('input[type=hidden]') ??
    []) {
    if (field.value === value) field.remove()
  }
}

/** Returns the form that the options name. */
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
