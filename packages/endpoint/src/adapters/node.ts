/** The signing endpoint in `node:http`. @module */

import {
  exchange,
  type NodeRequest,
  type NodeResponse,
  type RouteHandlers,
} from './node-exchange.js'

/**
 * A listener of `http.createServer` that answers every path; choose the path before it.
 *
 * @example
 * createServer(toNodeListener(createSignHandler({ authorize, presets }))).listen(3000)
 */
export function toNodeListener(
  handler: RouteHandlers,
): (request: NodeRequest, response: NodeResponse) => Promise<void> {
  return async (request, response) => {
    try {
      await exchange(handler, request, response)
    } catch {
      // The handler answers every error itself: what is left is a connection that went away, or headers that are none.
      response.statusCode = 400
      response.end('')
    }
  }
}
