/** The sources that a widget shows. @module */

import type { UploadWidgetOptions } from '../../options/options.js'
import type { UploadSource } from '../../options/source.js'

/** Built-in sources besides the person's device. */
export type OwnSource = 'url' | 'camera' | 'screen'

const OWN: readonly string[] = ['url', 'camera', 'screen'] satisfies readonly OwnSource[]

/** Returns the sources besides the person's device, in order. Omits unsupported names. */
export function shownSources({ sources = [] }: UploadWidgetOptions): (OwnSource | UploadSource)[] {
  return sources.filter(
    (source): source is OwnSource | UploadSource =>
      typeof source === 'object' || OWN.includes(source),
  )
}

/** Returns true if the widget shows sources besides the person's device. */
export function hasSources(options: UploadWidgetOptions): boolean {
  return shownSources(options).length > 0
}
