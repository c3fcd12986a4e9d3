/** `countersign collect`: one pass of the collector over the configured stores. @module */

import { parseArgs } from 'node:util'
import { collect as collectStores } from '@countersign/server/collect'
import { findStores, missingCatalog } from '../find-stores.js'
import { operator, stderrLog } from '../open-catalog.js'
import { UsageError } from '../usage-error.js'

/** Take away what no row needs, or say what would go. */
export async function collect(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { 'dry-run': { type: 'boolean' }, force: { type: 'boolean' } },
  })
  const stores = await findStores()
  const missing = await missingCatalog(stores)
  if (missing !== null) throw new UsageError(missing)
  const isDryRun = values['dry-run'] ?? false
  const collected = await collectStores(stores, {
    isDryRun,
    isForced: values.force ?? false,
    log: stderrLog,
    actor: operator(),
  })
  const verb = isDryRun ? 'Would remove' : 'Removed'
  process.stdout.write(`${verb}
  ${collected.staged} unfinished uploads
  ${collected.retired} files of replaced and destroyed assets
  ${collected.orphans} files that no row knows
Left ${collected.watched} files that no row knows: they are removed when two passes an hour apart have seen them and they are a day old.
`)
  if (collected.brake === null) return
  process.stdout.write(`
The collector stopped before the files that no row knows: ${collected.brake}.
Is this the catalog of this storage, and its newest? If it is: countersign collect --force
`)
  process.exitCode = 1
}
