/** Panels that cover the list of files and have a Back button. @module */

import type { NewUpload } from '../../core/index.js'
import type { UploadSource } from '../../options/source.js'
import type { OwnSource } from './shown-sources.js'

/** Members of every panel. */
interface PanelBase {
  readonly title: string
  readonly detail?: string
}

/** Panel of a source. */
export interface SourcePanel extends PanelBase {
  readonly kind: 'source'
  readonly name: string
  /** Name of a built-in source, or the app's own source. */
  readonly source: OwnSource | UploadSource
  /** Address of an image that a person dropped, for the link source. */
  readonly address?: string
}

/** Panel of the advanced options for the next files. */
export interface OptionsPanel extends PanelBase {
  readonly kind: 'options'
}

/** Panel that crops images one after the other. */
export interface CropPanel extends PanelBase {
  readonly kind: 'crop'
  readonly files: readonly File[]
  /** Called once with the uploads, or with `null` if the person left. */
  readonly done: (uploads: readonly NewUpload[] | null) => void
}

/** Any panel. */
export type Panel = SourcePanel | OptionsPanel | CropPanel
