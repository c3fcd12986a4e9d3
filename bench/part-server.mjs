/**
 * The media server with parts of any size, configured by the environment like `countersign serve`. Started by `part-campaign.mjs`; prints its
 * address.
 * @module
 */

import { createMediaServer, readConfig } from '@countersign/server'

const config = readConfig(process.env)
const server = await createMediaServer({
  config: { ...config, minChunkBytes: 1 },
  logStream: { write() {} },
})
console.log(`listening at ${await server.listen({ host: '127.0.0.1', port: 0 })}`)
