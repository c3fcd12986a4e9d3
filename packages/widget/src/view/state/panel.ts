/** Views that stand in front of the list for a while, with a way back. @module */

import type { NewUpload } from '../../core/index.js'
import type { UploadSource } from '../../options/source.js'
import type { OwnSource } from './shown-sources.js'

/** What every such view has. */
interface PanelBase {
  readonly title: string
  readonly detail?: string
}

/** A source: takes files from somewhere. */
export interface SourcePanel extends PanelBase {
  readonly kind: 'source'
  readonly name: string
  /** One of ours by its name, or the app's own. */
  readonly source: OwnSource | UploadSource
  /** Address of a picture that a person dropped, for the link source. */
  readonly address?: string
}

/** Name, tags and preset of the files to come. */
export interface OptionsPanel extends PanelBase {
  readonly kind: 'options'
}

/** Pictures to be cropped, one after the other. */
export interface CropPanel extends PanelBase {
  readonly kind: 'crop'
  readonly files: readonly File[]
  /** Called once: with what is to be uploaded, or `null` where the person left. */
  readonly done: (uploads: readonly NewUpload[] | null) => void
}

/** One of them. */
export type Panel = SourcePanel | OptionsPanel | CropPanel
