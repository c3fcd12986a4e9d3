/** Sets how damaged an image may be, at upload and at delivery. @module */

import type { FailOnOptions } from 'sharp'

/**
 * Value of sharp's `failOn` for images whose content is checked. Accepts images that cause decoder warnings; refuses errors and
 * truncated files.
 */
export const CHECKED_FAIL_ON: FailOnOptions = 'error'

/**
 * Value of sharp's `failOn` for headers and derivatives. Shows every image that decodes in part, so that delivery accepts all images
 * that {@link CHECKED_FAIL_ON} and {@link MIN_JPEG_ROWS} accept.
 */
export const SHOWN_FAIL_ON: FailOnOptions = 'none'

/** Share of rows, counted from the top, that a JPEG without its end marker must have. */
export const MIN_JPEG_ROWS = 0.9
