/** Which sources a widget shows. @module */

import type { UploadWidgetOptions } from '../../options/options.js'
import type { UploadSource } from '../../options/source.js'

/** Our own sources besides the person's device. */
export type OwnSource = 'url' | 'camera' | 'screen'

const OWN: readonly string[] = ['url', 'camera', 'screen'] satisfies readonly OwnSource[]

/** The sources besides the person's device, in order; names that are not built stay out. */
export function shownSources({ sources = [] }: UploadWidgetOptions): (OwnSource | UploadSource)[] {
  return sources.filter(
    (source): source is OwnSource | UploadSource =>
      typeof source === 'object' || OWN.includes(source),
  )
}

/** Whether there is anything besides the person's device. */
export function hasSources(options: UploadWidgetOptions): boolean {
  return shownSources(options).length > 0
}
