/** The value of a form field for an uploaded asset. @module */

import type { UploadResult } from '../options/events.js'

/** Returns `<resource_type>/<type>/v<version>/<public_id>[.<format>]#<signature>`, which the server's SDKs verify. */
export function preloadedIdentifier(asset: UploadResult): string {
  return `${asset.resource_type}/${asset.type}/${asset.path}#${asset.signature}`
}
