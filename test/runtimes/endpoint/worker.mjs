/** The endpoint as a Cloudflare Worker: secrets are bound to the request, not to a process. @module */

import { answer, createApp } from './app.mjs'

/** @typedef {{ API_KEY: string, API_SECRET: string, WEBHOOK_SECRET: string, CLOUD_NAME: string, MEDIA_URL: string }} Bindings */

/** @type {ReturnType<typeof createApp> | undefined} */
let handler

export default {
  /**
   * @param {Request} request
   * @param {Bindings} env
   */
  fetch(request, env) {
    handler ??= createApp({
      cloudName: env.CLOUD_NAME,
      url: env.MEDIA_URL,
      keys: (_, context) => {
        const { API_KEY, API_SECRET } = /** @type {Bindings} */ (context)
        return [{ id: API_KEY, secret: API_SECRET, scopes: ['upload'] }]
      },
      webhookSecret: (_, context) => /** @type {Bindings} */ (context).WEBHOOK_SECRET,
    })
    return answer(handler, request, env)
  },
}
