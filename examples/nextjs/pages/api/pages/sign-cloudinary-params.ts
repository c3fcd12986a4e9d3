/** The same signing endpoint in the Pages Router. @module */

import { createSignHandler } from '@countersign/endpoint'
import { toPagesHandler } from '@countersign/endpoint/next'
import { uploadPolicy } from '../../../lib/upload-policy'

export default toPagesHandler(createSignHandler(uploadPolicy))

// The endpoint verifies notifications over the bytes as received.
export const config = { api: { bodyParser: false } }
