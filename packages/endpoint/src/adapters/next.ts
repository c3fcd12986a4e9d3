/** Adapter of the signing endpoint for the Pages Router of Next. @module */

import {
  exchange,
  type NodeRequest,
  type NodeResponse,
  type RouteHandlers,
} from './node-exchange.js'

/**
 * Converts a handler to an API route of the Pages Router. With `onUploaded`, the route also needs
 * `export const config = { api: { bodyParser: false } }`, because the signature of a notification covers the unparsed body.
 *
 * @example
 * export default toPagesHandler(createSignHandler({ authorize, presets }))
 */
export function toPagesHandler(
  handler: RouteHandlers,
): (request: NodeRequest, response: NodeResponse) => Promise<void> {
  return (request, response) => exchange(handler, request, response)
}
