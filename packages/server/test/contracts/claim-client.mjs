/**
 * A client of a catalog in a process of its own. It calls the catalog methods that its parent sends, one after the other, and sends the
 * results back. @module
 */

import { createSqliteCatalog } from '../../dist/catalog-entry.js'

const catalog = await createSqliteCatalog({ path: process.argv[2] ?? '' })

process.on('message', async ({ method, query }) => {
  try {
    process.send?.({ value: await catalog[method](query) })
  } catch (error) {
    process.send?.({ failure: String(error) })
  }
})
process.on('disconnect', () => catalog.close())
process.send?.({ value: 'ready' })
