/** The script-tag build: puts the widget's functions into `window.cloudinary`. @module */

import {
  applyUploadWidget,
  closeUploadWidget,
  createUploadWidget,
  openUploadWidget,
  setCloudName,
} from '../create-upload-widget.js'
import { PUBLIC_URL_MARKER, pageDefaults } from '../options/page-defaults.js'

// Replaced by an address when our server serves this file, and only then an address.
if (/^https?:/.test(PUBLIC_URL_MARKER)) pageDefaults.scriptUrl = PUBLIC_URL_MARKER

const page = globalThis as typeof globalThis & { cloudinary?: Record<string, unknown> }

// Other scripts (a video player, an SDK) share this object, so it is added to and never replaced.
page.cloudinary = Object.assign(page.cloudinary ?? {}, {
  applyUploadWidget,
  closeUploadWidget,
  createUploadWidget,
  openUploadWidget,
  setCloudName,
})
