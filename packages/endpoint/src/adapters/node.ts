/** Adapter of the signing endpoint for `node:http`. @module */

import {
  exchange,
  type NodeRequest,
  type NodeResponse,
  type RouteHandlers,
} from './node-exchange.js'

/**
 * Converts a handler to a listener for `http.createServer`. The listener handles every path, so select the path before you call it.
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
      // The handler responds to every error itself. Only a lost connection or invalid headers get here.
      response.statusCode = 400
      response.end('')
    }
  }
}
