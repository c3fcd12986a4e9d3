/** The open panel, which covers the list of files. @module */

import { createElement, type JSX } from 'preact'
import { lazy } from '../controls/lazy.js'
import type { PickFiles } from '../files/pick-files.js'
import type { WidgetModel } from '../state/model.js'

/** Style sheets of this part: none. */
export const sheets: readonly string[] = []

interface PanelProps {
  readonly model: WidgetModel
  readonly pick: PickFiles
}

const Crop = lazy(
  () => import('../crop/crop-view.js'),
  ({ CropView }) => CropView,
)
const Options = lazy(
  () => import('../options/options-view.js'),
  ({ OptionsView }) => OptionsView,
)
const Source = lazy(
  () => import('../sources/source-view.js'),
  ({ SourceView }) => SourceView,
)

/** Draws the open panel. */
export function PanelView({ model, pick }: PanelProps): JSX.Element | null {
  const { panel } = model
  if (panel?.kind === 'crop') return <Crop model={model} panel={panel} />
  if (panel?.kind === 'source') {
    return <Source key={panel.name} model={model} panel={panel} pick={pick} />
  }
  return panel ? createElement(Options, { model }) : null
}
