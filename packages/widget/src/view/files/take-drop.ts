/** Adds dropped files and folders, and images from other web pages. Part of the views with files. @module */

import type { WidgetModel } from '../state/model.js'
import { shownSources } from '../state/shown-sources.js'

/** Content of a drop. It is read during the event, because it is empty afterwards. */
export interface Dropped {
  readonly files: readonly File[]
  readonly entries: readonly (FileSystemEntry | null)[]
  /** Dropped HTML from a web page, else empty. */
  readonly html: string
  /** Dropped addresses from a web page, one per line, else empty. */
  readonly urls: string
}

/**
 * Adds dropped files in order, including the files of folders. Opens the link source with the address of an image from another page.
 * Without that source, shows a notice.
 */
export async function takeDrop(model: WidgetModel, dropped: Dropped): Promise<void> {
  if (model.panel?.kind === 'source') model.leavePanel()
  const files = await filesOfDrop(dropped)
  if (files.length > 0) await model.host.addFiles(files)
  else if (dropped.html || dropped.urls) takeLink(model, dropped)
}

async function filesOfDrop({ files, entries }: Dropped): Promise<readonly File[]> {
  if (!entries.some((entry) => entry?.isDirectory)) return files
  const { filesOf } = await import('./folder-files.js')
  return filesOf(entries)
}

function takeLink(model: WidgetModel, { html, urls }: Dropped): void {
  const { announcer, host, options, texts } = model
  const address = addressOf(html, urls)
  if (address && shownSources(options).includes('url')) {
    const title = texts.say('menu.web')
    model.set({ panel: { kind: 'source', name: 'url', source: 'url', title, address } })
    host.sourceOpened('url')
    return
  }
  const notice = texts.say('notifications.dropped_link')
  announcer.warn(notice)
  model.set({ notice })
}

/** Returns the address of the dragged image, else of the dragged link. An image inside a link has both. */
function addressOf(html: string, urls: string): string | undefined {
  // Browsers write the dragged HTML with these quotes. It may contain event handlers, so parsing it would violate a strict Content Security
  // Policy.
  const picture = /<img\b[^>]*?\ssrc="([^"]*)"/i.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? ''
  const lines = urls.split(/\r?\n/).filter((line) => !line.startsWith('#'))
  return [picture, ...lines].find((url) => /^https?:\/\//i.test(url))
}
