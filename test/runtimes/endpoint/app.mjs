/** Creates the signing endpoint that every runtime serves. @module */

import { createSignHandler, force, list } from '@countersign/endpoint'

/** Path of the route in every runtime. */
export const ROUTE = '/api/sign-cloudinary-params'

/**
 * Creates the handler.
 *
 * @param {Partial<import('@countersign/endpoint').SignHandlerConfig<{ id: string }>>} [options] Options that a runtime needs besides the policy.
 */
export function createApp(options = {}) {
  return createSignHandler({
    authorize: (request) => userOf(request.headers.get('cookie')),
    presets: {
      default: {
        limits: { accept: ['image/*'], maxBytes: 5_000_000 },
        params: (user) => ({ folder: force(`users/${user.id}`), tags: list({ maxItems: 5 }) }),
      },
    },
    claims: (user) => ({ userId: user.id }),
    onUploaded: (asset, claims) => ({ publicId: asset.publicId, owner: claims?.userId ?? null }),
    ...options,
  })
}

/**
 * Answers one request: the route by its method, any other path with 404.
 *
 * @param {ReturnType<typeof createApp>} handler
 * @param {Request} request
 * @param {unknown} [context] Bindings of the runtime, such as the `env` of a Worker.
 */
export function answer(handler, request, context) {
  if (new URL(request.url).pathname !== ROUTE) return new Response(null, { status: 404 })
  return request.method === 'GET' ? handler.GET(request, context) : handler.POST(request, context)
}

/** @param {string | null} cookie */
function userOf(cookie) {
  const id = /(?:^|; )session=(\w+)/.exec(cookie ?? '')?.[1]
  return id ? { id } : null
}
