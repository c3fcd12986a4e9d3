/**
 * `@tus/server` with its file store, as in its README: no sync, no hash, no row. Started by
 * `upload.mjs`; prints its port. @module
 */

import { createServer } from 'node:http'
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'

const tus = new Server({
  path: '/files',
  datastore: new FileStore({ directory: process.argv[2] ?? '.' }),
})
const server = createServer((request, response) => tus.handle(request, response))
server.requestTimeout = 0
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  console.log(`listening ${typeof address === 'object' && address ? address.port : 0}`)
})
