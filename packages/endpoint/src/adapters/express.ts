/** Adapter of the signing endpoint for Express. @module */

import {
  exchange,
  type NodeRequest,
  type NodeResponse,
  type RouteHandlers,
} from './node-exchange.js'

/**
 * Converts a handler to a route handler for Express 4 or 5. With `onUploaded`, mount it before `express.json()`, because the signature of a
 * notification covers the unparsed body.
 *
 * @example
 * app.all('/api/sign-cloudinary-params', toExpressHandler(createSignHandler({ authorize, presets })))
 */
export function toExpressHandler(
  handler: RouteHandlers,
): (request: NodeRequest, response: NodeResponse, next: (error: unknown) => void) => void {
  return (request, response, next) => {
    exchange(handler, request, response).catch(next)
  }
}
