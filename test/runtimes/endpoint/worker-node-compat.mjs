/** The endpoint as a Cloudflare Worker with `nodejs_compat`: secrets are read from `process.env`. @module */

import { answer, createApp } from './app.mjs'

const handler = createApp()

export default {
  /** @param {Request} request */
  fetch: (request) => answer(handler, request),
}
