/** Serves the endpoint by `Bun.serve` on a free port and prints its address. @module */

import { answer, createApp } from './app.mjs'

const handler = createApp()
const server = globalThis.Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  fetch: (request) => answer(handler, request),
})
console.log(`http://127.0.0.1:${server.port}`)
