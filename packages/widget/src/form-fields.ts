/** Hidden fields and thumbnails that a page's form receives. @module */

import type { UploadResult } from './events.js'
import type { UploadWidgetOptions } from './options.js'
import { preloadedIdentifier } from './upload-result.js'

/** Put an uploaded asset into the page's form and thumbnails, where options name them. */
export function addToForm(asset: UploadResult, options: UploadWidgetOptions): void {
  const form = elementOf(options.form)
  if (form) form.append(hiddenField(asset, options.fieldName ?? 'image'))
  const container = elementOf(options.thumbnails)
  if (container) thumbnailList(container).append(thumbnail(asset))
}

/** Take the thumbnails of a container away again. */
export function removeThumbnails({ thumbnails }: UploadWidgetOptions): void {
  for (const list of elementOf(thumbnails)?.querySelectorAll('.cloudinary-thumbnails') ?? [])
    list.remove()
}

function elementOf(target: string | Element | null | undefined): Element | null {
  return typeof target === 'string' ? document.querySelector(target) : (target ?? null)
}

function hiddenField(asset: UploadResult, name: string): HTMLInputElement {
  const field = document.createElement('input')
  field.type = 'hidden'
  field.name = name
  field.value = preloadedIdentifier(asset)
  return field
}

function thumbnailList(container: Element): Element {
  const existing = container.querySelector('.cloudinary-thumbnails')
  if (existing) return existing
  const list = document.createElement('ul')
  list.className = 'cloudinary-thumbnails'
  container.append(list)
  return list
}

function thumbnail(asset: UploadResult): Element {
  const item = document.createElement('li')
  item.className = 'cloudinary-thumbnail active'
  item.dataset.cloudinary = JSON.stringify(asset)
  if (asset.thumbnail_url) {
    const image = document.createElement('img')
    image.src = asset.thumbnail_url
    image.alt = asset.original_filename
    item.append(image)
  } else {
    item.append(asset.original_filename)
  }
  return item
}
