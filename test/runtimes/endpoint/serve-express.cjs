/** Serves the endpoint from a CommonJS Express app on a free port and prints its address. @module */

const { createSignHandler, force, list } = require('@countersign/endpoint')
const { toExpressHandler } = require('@countersign/endpoint/express')
const express = require('express')

const handler = createSignHandler({
  authorize: (request) => {
    const id = /(?:^|; )session=(\w+)/.exec(request.headers.get('cookie') ?? '')?.[1]
    return id ? { id } : null
  },
  presets: {
    default: {
      limits: { accept: ['image/*'], maxBytes: 5_000_000 },
      params: (user) => ({ folder: force(`users/${user.id}`), tags: list({ maxItems: 5 }) }),
    },
  },
  claims: (user) => ({ userId: user.id }),
  onUploaded: (asset, claims) => ({ publicId: asset.publicId, owner: claims?.userId ?? null }),
})

const server = express()
  .all('/api/sign-cloudinary-params', toExpressHandler(handler))
  .listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
