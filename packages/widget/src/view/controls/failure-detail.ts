/** The part of a failure that the view shows to developers. @module */

import type { MediaError } from '@countersign/protocol/errors'
import { failureDetails } from '../../core/failures/failure.js'
import type { UploadWidgetOptions } from '../../options/options.js'
import { isDevelopment } from '../state/is-development.js'

/** Returns a failure's detail for the developer, at most 300 characters; `''` outside development pages. */
export function failureDetail(error: MediaError, options: UploadWidgetOptions): string {
  const { detail = '' } = failureDetails(error)
  // The protocol's answer to a wrong signature repeats every parameter, so the text is cut.
  return isDevelopment(options) ? detail.replace(/^(.{299}).{2,}$/su, '$1…') : ''
}
