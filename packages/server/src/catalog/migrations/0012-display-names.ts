/** Finds assets by display name within a folder. @module */

import type { Migration } from './index.js'

/** Adds an index that finds a taken display name without reading the whole folder. */
export const displayNames: Migration = {
  id: '0012-display-names',
  statements: ['create index assets_by_display_name on assets (cloud, asset_folder, display_name)'],
}
