/** The signing endpoint in the Pages Router of Next. @module */

import {
  exchange,
  type NodeRequest,
  type NodeResponse,
  type RouteHandlers,
} from './node-exchange.js'

/**
 * Mount a handler as a Pages Router API route. With `onUploaded` the route also needs
 * `export const config = { api: { bodyParser: false } }`: what is verified is the body as it came.
 *
 * @example
 * export default toPagesHandler(createSignHandler({ authorize, presets }))
 */
export function toPagesHandler(
  handler: RouteHandlers,
): (request: NodeRequest, response: NodeResponse) => Promise<void> {
  return (request, response) => exchange(handler, request, response)
}
