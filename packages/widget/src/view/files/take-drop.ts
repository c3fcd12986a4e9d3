/** Adds what a person dropped: files, folders, or a picture of another web page. Part of the views with files. @module */

import type { WidgetModel } from '../state/model.js'
import { shownSources } from '../state/shown-sources.js'

/** Content of a drop. It is read during the event, because it is empty afterwards. */
export interface Dropped {
  readonly files: readonly File[]
  readonly entries: readonly (FileSystemEntry | null)[]
  /** Markup of what was dragged out of a web page, else empty. */
  readonly html: string
  /** Addresses of what was dragged out of a web page, one a line, else empty. */
  readonly urls: string
}

/**
 * Add dropped files, those of folders included, in order. The link source takes the address of a picture of another page; without that
 * source, a sentence says what to do.
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

/** Address of the dragged picture, else of the dragged link. A picture inside a link has both. */
function addressOf(html: string, urls: string): string | undefined {
  // Browsers serialize the dragged markup with these quotes. Parsing it would break a strict policy, as it may have event handlers.
  const picture = /<img\b[^>]*?\ssrc="([^"]*)"/i.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? ''
  const lines = urls.split(/\r?\n/).filter((line) => !line.startsWith('#'))
  return [picture, ...lines].find((url) => /^https?:\/\//i.test(url))
}
