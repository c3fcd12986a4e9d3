/** All migrations of the catalog, in running order. There are no downward migrations. @module */

import type { Operation, Queries } from '../operation.js'
import { firstTables } from './0001-first-tables.js'
import { completionsAndAudit } from './0002-completions-and-audit.js'
import { answersAgain } from './0003-answers-again.js'
import { collector } from './0004-collector.js'
import { assetTags } from './0005-asset-tags.js'
import { allowances } from './0006-allowances.js'
import { sessionAddresses } from './0007-session-addresses.js'
import { deleteTokens } from './0008-delete-tokens.js'
import { derivatives } from './0009-derivatives.js'
import { notificationTargets } from './0010-notification-targets.js'
import { metadataFields } from './0011-metadata-fields.js'
import { displayNames } from './0012-display-names.js'
import { keptVersions } from './0013-kept-versions.js'
import { userTags } from './0014-user-tags.js'
import { sessionSignatures } from './0015-session-signatures.js'
import { eventClaims } from './0016-event-claims.js'
import { tagOrder } from './0017-tag-order.js'
import { partDigests } from './0018-part-digests.js'

/** One migration. It never changes after its release. */
export interface Migration {
  /** Id of the migration, stored in the table `migrations`. Ids sort in running order. */
  readonly id: string
  readonly statements: readonly string[]
  /** Fills new tables or columns from existing rows, in the same transaction. */
  readonly fill?: (queries: Queries) => Operation<void>
}

/** Every migration, oldest first. */
export const MIGRATIONS: readonly Migration[] = [
  firstTables,
  completionsAndAudit,
  answersAgain,
  collector,
  assetTags,
  allowances,
  sessionAddresses,
  deleteTokens,
  derivatives,
  notificationTargets,
  metadataFields,
  displayNames,
  keptVersions,
  userTags,
  sessionSignatures,
  eventClaims,
  tagOrder,
  partDigests,
]
