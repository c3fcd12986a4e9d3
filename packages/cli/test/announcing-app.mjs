/**
 * An app for tests, on its own port: `node announcing-app.mjs`, with the variables of `countersign
 * dev --env`. Prints its address and each completion.
 */
import { createServer } from 'node:http'
import { createSignHandler } from '@countersign/endpoint'
import { toNodeListener } from '@countersign/endpoint/node'

const handler = createSignHandler({
  authorize: () => ({ id: 'alice' }),
  presets: { default: { limits: JSON.parse(process.env.APP_LIMITS ?? '{}'), params: () => ({}) } },
  ...(process.env.APP_COMPLETES === 'no'
    ? {}
    : {
        onUploaded: (asset) => {
          process.stdout.write(`told of ${asset.publicId}\n`)
          return { seen: asset.publicId }
        },
      }),
})
const server = createServer(toNodeListener(handler)).listen(0, '127.0.0.1', () => {
  process.stdout.write(`app on http://127.0.0.1:${server.address().port}/\n`)
})
