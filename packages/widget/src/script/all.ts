/** The script-tag build: adds the widget's functions to `window.cloudinary`. @module */

import {
  applyUploadWidget,
  closeUploadWidget,
  createUploadWidget,
  openUploadWidget,
  setCloudName,
} from '../create-upload-widget.js'
import { PUBLIC_URL_MARKER, pageDefaults } from '../options/page-defaults.js'

// True only if the server has replaced the marker with its address.
if (/^https?:/.test(PUBLIC_URL_MARKER)) pageDefaults.scriptUrl = PUBLIC_URL_MARKER

const page = globalThis as typeof globalThis & { cloudinary?: Record<string, unknown> }

// Other scripts, such as a video player or an SDK, share this object, so it is extended and never replaced.
page.cloudinary = Object.assign(page.cloudinary ?? {}, {
  applyUploadWidget,
  closeUploadWidget,
  createUploadWidget,
  openUploadWidget,
  setCloudName,
})
