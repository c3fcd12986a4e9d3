/**
 * Minimal server with the durability of ours: reads the body, writes it, hashes it (MD5), syncs file and folder, and answers.
 * No form, no signature, no database row. Started by `upload.mjs`; prints its port.
 * @module
 */

import { createHash, randomBytes } from 'node:crypto'
import { open, rename } from 'node:fs/promises'
import { createServer } from 'node:http'
import { dirname, join } from 'node:path'

const folder = process.argv[2] ?? '.'
/** Maximum size of a body that is collected in memory and written at once. */
const GATHERED_BYTES = 256 * 1024

const server = createServer(async (request, response) => {
  const id = randomBytes(16).toString('hex')
  const path = join(folder, id)
  const handle = await open(`${path}.part`, 'wx')
  const hash = createHash('md5')
  let gathered = []
  let bytes = 0
  let writing = Promise.resolve()
  for await (const chunk of request) {
    hash.update(chunk)
    gathered.push(chunk)
    bytes += chunk.length
    if (bytes >= GATHERED_BYTES) {
      await writing
      writing = handle.writev(gathered)
      gathered = []
      bytes = 0
    }
  }
  await writing
  if (gathered.length > 0) await handle.writev(gathered)
  await handle.datasync()
  await handle.close()
  await rename(`${path}.part`, path)
  const parent = await open(dirname(path), 'r')
  await parent.sync()
  await parent.close()
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ etag: hash.digest('hex') }))
})
server.requestTimeout = 0
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
