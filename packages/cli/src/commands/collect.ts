/** `countersign collect`: runs the collector once over the configured stores. @module */

import { parseArgs } from 'node:util'
import { collect as collectStores } from '@countersign/server/collect'
import { findStores, missingCatalog } from '../find-stores.js'
import { operator, stderrLog } from '../open-catalog.js'
import { UsageError } from '../usage-error.js'

/** Deletes unreferenced files, or counts them with `--dry-run`. */
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
  ${collected.orphans} unreferenced files
Kept ${collected.watched} unreferenced files for now: they are removed when they are a day old and two passes an hour apart have seen them.
`)
  if (collected.brake === null) return
  process.stdout.write(`
The collector did not remove unreferenced files: ${collected.brake}.
Check that this is the newest catalog of this storage. If it is: countersign collect --force
`)
  process.exitCode = 1
}
