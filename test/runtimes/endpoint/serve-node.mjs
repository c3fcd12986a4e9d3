/** Serves the endpoint by `node:http` on a free port and prints its address. @module */

import { createServer } from 'node:http'
import { toNodeListener } from '@countersign/endpoint/node'
import { createApp } from './app.mjs'

const server = createServer(toNodeListener(createApp()))
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object') console.log(`http://127.0.0.1:${address?.port}`)
})
