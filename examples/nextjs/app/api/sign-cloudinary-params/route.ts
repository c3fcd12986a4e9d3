/** The signing endpoint in the App Router. `lib/upload-policy.ts` defines who may upload what. @module */

import { createSignHandler } from '@countersign/endpoint'
import { uploadPolicy } from '../../../lib/upload-policy'

export const { GET, POST } = createSignHandler(uploadPolicy)
