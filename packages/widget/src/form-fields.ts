/** The hidden field that a page's form receives. @module */

import type { UploadResult } from './events.js'
import type { UploadWidgetOptions } from './options.js'
import { preloadedIdentifier } from './upload-result.js'

/** Put an uploaded asset into the page's form, where the options name one. */
export function addToForm(asset: UploadResult, { form, fieldName }: UploadWidgetOptions): void {
  const element = typeof form === 'string' ? document.querySelector(form) : form
  element?.append(hiddenField(asset, fieldName ?? 'image'))
}

function hiddenField(asset: UploadResult, name: string): HTMLInputElement {
  const field = document.createElement('input')
  field.type = 'hidden'
  field.name = name
  field.value = preloadedIdentifier(asset)
  return field
}
