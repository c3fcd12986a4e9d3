/** The page's list of thumbnails, with the class names of the protocol. @module */

import type { UploadResult } from '../options/events.js'
import type { UploadWidgetOptions } from '../options/options.js'

/** Adds an uploaded asset to the page's list of thumbnails. An asset with a delete token gets a link that deletes it. */
export function addThumbnail(
  asset: UploadResult,
  options: UploadWidgetOptions,
  destroy: () => Promise<boolean>,
): void {
  const container = containerOf(options)
  if (!container) return
  const list = container.querySelector('ul.cloudinary-thumbnails') ?? createList(container)
  const entry = document.createElement('li')
  entry.className = 'cloudinary-thumbnail'
  entry.dataset.cloudinary = JSON.stringify(asset)
  entry.append(asset.thumbnail_url ? picture(asset, asset.thumbnail_url) : fileName(asset))
  if (asset.delete_token !== undefined) entry.append(deleteLink(asset, destroy))
  list.append(entry)
}

/** Removes the thumbnail of an asset from the page, or all thumbnails. */
export function removeThumbnails(options: UploadWidgetOptions, asset?: UploadResult): void {
  const entries = containerOf(options)?.querySelectorAll<HTMLElement>('li.cloudinary-thumbnail')
  for (const entry of entries ?? []) {
    if (!asset || entry.dataset.cloudinary === JSON.stringify(asset)) entry.remove()
  }
}

function containerOf({ thumbnails }: UploadWidgetOptions): Element | null | undefined {
  return typeof thumbnails === 'string' ? document.querySelector(thumbnails) : thumbnails
}

function createList(container: Element): HTMLUListElement {
  const list = document.createElement('ul')
  list.className = 'cloudinary-thumbnails'
  container.append(list)
  return list
}

function picture({ original_filename }: UploadResult, url: string): HTMLImageElement {
  const image = document.createElement('img')
  image.src = url
  image.alt = original_filename
  return image
}

function fileName({ original_filename }: UploadResult): HTMLSpanElement {
  const name = document.createElement('span')
  name.textContent = original_filename
  return name
}

function deleteLink(asset: UploadResult, destroy: () => Promise<boolean>): HTMLAnchorElement {
  const link = document.createElement('a')
  link.href = '#'
  link.className = 'cloudinary-delete'
  link.textContent = '×'
  link.setAttribute('aria-label', `Delete ${asset.original_filename}`)
  link.addEventListener('click', (event) => {
    event.preventDefault()
    void destroy()
  })
  return link
}
