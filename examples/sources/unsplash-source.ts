/** A widget source that searches photos with Unsplash's public API. @module */

import type { SourceContext, UploadSource } from '@countersign/widget'

/** Options of {@link unsplashSource}. */
export interface UnsplashOptions {
  /** Access key of your app. It is public by design. */
  readonly accessKey: string
  /** Address of the API. @default 'https://api.unsplash.com' */
  readonly api?: string
}

/** The used members of a photo in Unsplash's answers. */
interface Photo {
  readonly id: string
  readonly alt_description: string | null
  readonly user: { readonly name: string }
  readonly urls: { readonly thumb: string; readonly regular: string }
  /** URL to call once for each used photo, as Unsplash's guidelines require. */
  readonly links: { readonly download_location: string }
}

const STYLES = `
.unsplash { display: grid; grid-template-columns: repeat(auto-fill, minmax(120px, 1fr)); gap: 8px; }
.unsplash button { padding: 0; border: 0; border-radius: 8px; overflow: hidden; background: var(--cs-hover); cursor: pointer; }
.unsplash img { display: block; width: 100%; aspect-ratio: 4 / 3; object-fit: cover; }
.unsplash span { display: block; padding: 4px 8px; font-size: .86em; color: var(--cs-text-2); }`

/** Creates the source. Add it to the option `sources`. */
export function unsplashSource(options: UnsplashOptions): UploadSource {
  return {
    name: 'unsplash',
    title: 'Unsplash',
    icon: 'M3.5 9h4v3h5V9h4v7.5h-13ZM7.5 3.5h5v3h-5Z',
    open(context) {
      context.addStyles(STYLES)
      context.element.append(...searchForm(context, options))
      context.element.querySelector('input')?.focus()
    },
  }
}

function searchForm(context: SourceContext, options: UnsplashOptions): HTMLElement[] {
  const form = element('form', 'tools')
  const field = element('input', 'input')
  field.type = 'search'
  field.setAttribute('aria-label', 'Search Unsplash')
  const button = element('button', 'btn primary')
  button.textContent = 'Search'
  const results = element('div', 'body')
  const list = element('div', 'unsplash')
  results.append(list)
  form.append(field, button)
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    try {
      const photos = await search(field.value, context, options)
      list.replaceChildren(...photos.map((photo) => photoButton(photo, context, options)))
      context.announce(`${photos.length} photos found.`)
    } catch (error) {
      if (!context.signal.aborted) list.textContent = String(error)
    }
  })
  return [form, results]
}

async function search(
  words: string,
  { signal }: SourceContext,
  options: UnsplashOptions,
): Promise<readonly Photo[]> {
  const query = new URLSearchParams({ query: words, per_page: '24' })
  const response = await call(`${apiOf(options)}/search/photos?${query}`, options, signal)
  if (!response.ok) throw new Error(`Unsplash answered ${response.status}.`)
  return ((await response.json()) as { results: readonly Photo[] }).results
}

function photoButton(photo: Photo, context: SourceContext, options: UnsplashOptions): HTMLElement {
  const button = element('button', '')
  button.type = 'button'
  const image = element('img', '')
  image.src = photo.urls.thumb
  image.alt = photo.alt_description ?? ''
  const author = element('span', '')
  author.textContent = photo.user.name
  button.append(image, author)
  button.addEventListener('click', () => void take(photo, context, options))
  return button
}

async function take(photo: Photo, context: SourceContext, options: UnsplashOptions): Promise<void> {
  // The photo is added even if the download count fails.
  call(photo.links.download_location, options, context.signal).catch(() => undefined)
  if (context.canAddUrls) {
    context.addUrls([photo.urls.regular])
    return
  }
  const response = await fetch(photo.urls.regular, { signal: context.signal })
  const blob = await response.blob()
  context.addFiles([new File([blob], `unsplash-${photo.id}.jpg`, { type: blob.type })])
}

function call(url: string, options: UnsplashOptions, signal: AbortSignal): Promise<Response> {
  return fetch(url, { signal, headers: { Authorization: `Client-ID ${options.accessKey}` } })
}

function apiOf({ api = 'https://api.unsplash.com' }: UnsplashOptions): string {
  return api
}

function element<Name extends 'form' | 'input' | 'button' | 'div' | 'img' | 'span'>(
  name: Name,
  className: string,
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name)
  made.className = className
  return made
}
