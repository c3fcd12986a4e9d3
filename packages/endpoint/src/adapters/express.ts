/** The signing endpoint in Express. @module */

import {
  exchange,
  type NodeRequest,
  type NodeResponse,
  type RouteHandlers,
} from './node-exchange.js'

/**
 * Mount a handler in Express 4 or 5. With `onUploaded` mount it before `express.json()`: what is verified is the body as it came.
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
