/** Serves the endpoint by `Deno.serve` on a free port and prints its address. @module */

import { answer, createApp } from './app.mjs'

const handler = createApp()
globalThis.Deno.serve(
  {
    hostname: '127.0.0.1',
    port: 0,
    onListen: ({ port }) => console.log(`http://127.0.0.1:${port}`),
  },
  (request) => answer(handler, request),
)
