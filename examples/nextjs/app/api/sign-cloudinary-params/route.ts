/** The signing endpoint in the App Router: who may upload what is in `lib/upload-policy.ts`. @module */

import { createSignHandler } from '@countersign/endpoint'
import { uploadPolicy } from '../../../lib/upload-policy'

export const { GET, POST } = createSignHandler(uploadPolicy)
