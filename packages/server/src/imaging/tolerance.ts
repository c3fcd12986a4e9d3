/** How damaged a picture may be, at ingest and at delivery. @module */

import type { FailOnOptions } from 'sharp'

/**
 * sharp's `failOn` for a picture whose content is checked: what its decoder only warns about is accepted, an error and an
 * early end are refused.
 */
export const CHECKED_FAIL_ON: FailOnOptions = 'error'

/**
 * sharp's `failOn` for headers and derivatives: everything that decodes in part is shown. It accepts all that
 * {@link CHECKED_FAIL_ON} and {@link MIN_JPEG_ROWS} accept, so that nothing is stored on an upload key and never delivered.
 */
export const SHOWN_FAIL_ON: FailOnOptions = 'none'

/** Share of its rows that a JPEG without its end marker must have, counted from the top. */
export const MIN_JPEG_ROWS = 0.9
