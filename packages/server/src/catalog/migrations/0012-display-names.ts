/** Assets by what they are called in their folder. @module */

import type { Migration } from './index.js'

/** So that a display name that others have is found without reading a whole folder. */
export const displayNames: Migration = {
  id: '0012-display-names',
  statements: ['create index assets_by_display_name on assets (cloud, asset_folder, display_name)'],
}
