/** Opens the panels that cover the list. @module */

import type { UploadSource } from '../../options/source.js'
import type { TextKey } from '../words/texts.js'
import type { WidgetModel } from './model.js'
import { type OwnSource, shownSources } from './shown-sources.js'

/** Text keys of the built-in sources, by name. */
export const SOURCE_TITLES: Readonly<Record<OwnSource, TextKey>> = {
  url: 'menu.web',
  camera: 'menu.camera',
  screen: 'menu.screen',
}

/** Opens a source. */
export function openSource(model: WidgetModel, source: OwnSource | UploadSource): void {
  const isOwn = typeof source === 'string'
  const name = isOwn ? source : source.name
  model.set({
    isMenuOpen: false,
    panel: {
      kind: 'source',
      name,
      title: isOwn ? model.texts.say(SOURCE_TITLES[source]) : source.title,
      source,
    },
  })
  model.host.sourceOpened(name)
}

/** Opens a source by its name, if the widget shows it. */
export function openSourceNamed(model: WidgetModel, name: string): void {
  const source = shownSources(model.options).find((each) =>
    typeof each === 'string' ? each === name : each.name === name,
  )
  if (source) openSource(model, source)
  else if (name === 'local') model.set({ panel: undefined })
}

/** Opens the advanced options for the next files. */
export function openOptions(model: WidgetModel): void {
  model.set({ panel: { kind: 'options', title: model.texts.say('advanced') } })
}
