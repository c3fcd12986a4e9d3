/** Stores derivatives of assets. @module */

import type { Migration } from './index.js'

/** Creates a table of the derivatives that uploads requested with `eager`, with their size once generated. */
export const derivatives: Migration = {
  id: '0009-derivatives',
  statements: [
    `create table derivatives (
      derived_id text not null, cloud text not null, asset_id text not null, transformation text not null, format text not null,
      width integer, height integer, bytes bigint, created_at bigint not null,
      primary key (asset_id, transformation, format))`,
  ],
}
