/** An uploaded asset as a form posts it. @module */

import type { UploadResult } from '../options/events.js'

/** `<resource_type>/<type>/v<version>/<public_id>[.<format>]#<signature>`, which the server's SDKs verify. */
export function preloadedIdentifier(asset: UploadResult): string {
  return `${asset.resource_type}/${asset.type}/${asset.path}#${asset.signature}`
}
