/**
 * Installs other upload widgets for comparison pictures, below `node_modules/.cache`, so that the
 * repository does not depend on them. @module
 */

import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { CACHE, readJson } from './repository.mjs'
import { runNpm } from './run-command.mjs'

const FOLDER = join(CACHE, 'rival-uploaders')

/**
 * Installed versions: the newest when the pictures were taken. All under MIT; the typeface under
 * OFL.
 */
export const RIVAL_VERSIONS = Object.freeze({
  '@uppy/core': '6.3.1',
  '@uppy/dashboard': '6.0.3',
  '@uppy/screen-capture': '6.0.0',
  '@uppy/url': '6.0.0',
  '@uppy/webcam': '6.0.0',
  '@uppy/xhr-upload': '6.0.0',
  filepond: '4.32.12',
  'filepond-plugin-file-validate-size': '2.2.8',
  'filepond-plugin-file-validate-type': '1.2.9',
  'filepond-plugin-image-preview': '4.6.12',
  '@fontsource-variable/inter': '5.3.0',
})

/**
 * Installs and bundles the other widgets.
 *
 * @returns {Promise<{ script: string, style: string }>} A script that defines `showUppy(options)` and `showFilePond(options)`, which return
 *   whether all uploads have ended; and their style sheets with the common typeface.
 * @throws Error if they cannot be installed.
 */
export async function bundleRivals() {
  await installRivals()
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    stdin: { contents: PAGE_CODE, resolveDir: FOLDER, loader: 'js' },
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    outdir: 'rivals',
    loader: { '.woff2': 'dataurl' },
    logLevel: 'error',
  })
  const textOf = (/** @type {string} */ extension) =>
    outputFiles.find(({ path }) => path.endsWith(extension))?.text ?? ''
  return { script: textOf('.js'), style: textOf('.css') }
}

async function installRivals() {
  const wanted = Object.entries(RIVAL_VERSIONS)
  const missing = wanted.filter(([name, version]) => installedVersion(name) !== version)
  if (missing.length === 0) return
  mkdirSync(FOLDER, { recursive: true })
  const quiet = ['--no-audit', '--no-fund', '--no-save', '--no-package-lock', '--ignore-scripts']
  const packages = wanted.map(([name, version]) => `${name}@${version}`)
  const install = ['install', '--prefix', FOLDER, ...quiet, ...packages]
  const { code, output } = await runNpm(install, { cwd: FOLDER, quiet: true })
  if (code !== 0) throw new Error(`The other widgets cannot be installed: ${output.trim()}`)
}

/** @param {string} name */
function installedVersion(name) {
  const path = join(FOLDER, 'node_modules', name, 'package.json')
  return existsSync(path) ? readJson(path).version : undefined
}

// Both are set up as in their documentation, with the sources that need no account. Uppy's toasts,
// which last five seconds in use, stay for the picture.
const PAGE_CODE = `
import '@fontsource-variable/inter'
import Uppy from '@uppy/core'
import Dashboard from '@uppy/dashboard'
import ScreenCapture from '@uppy/screen-capture'
import Url from '@uppy/url'
import Webcam from '@uppy/webcam'
import XHRUpload from '@uppy/xhr-upload'
import '@uppy/core/css/style.min.css'
import '@uppy/dashboard/css/style.min.css'
import '@uppy/screen-capture/css/style.min.css'
import '@uppy/url/css/style.min.css'
import '@uppy/webcam/css/style.min.css'
import * as FilePond from 'filepond'
import validateSize from 'filepond-plugin-file-validate-size'
import validateType from 'filepond-plugin-file-validate-type'
import imagePreview from 'filepond-plugin-image-preview'
import 'filepond/dist/filepond.min.css'
import 'filepond-plugin-image-preview/dist/filepond-plugin-image-preview.min.css'

globalThis.showUppy = ({ target, endpoint, theme, autoUpload, maxBytes, parallel, note }) => {
  const restrictions = { maxFileSize: maxBytes, allowedFileTypes: ['image/*'] }
  const uppy = new Uppy({ autoProceed: autoUpload, restrictions, infoTimeout: 600_000 })
    .use(Dashboard, { target, inline: true, theme, width: '100%', height: 540, note, showProgressDetails: true })
    .use(Webcam)
    .use(ScreenCapture)
    .use(Url, { companionUrl: location.origin })
    .use(XHRUpload, { endpoint, limit: parallel })
  let hasEnded = false
  uppy.on('complete', () => { hasEnded = true })
  return () => hasEnded
}

globalThis.showFilePond = ({ target, endpoint, autoUpload, maxBytes, parallel }) => {
  FilePond.registerPlugin(validateSize, validateType, imagePreview)
  const pond = FilePond.create(document.querySelector(target), {
    name: 'file',
    allowMultiple: true,
    instantUpload: autoUpload,
    maxParallelUploads: parallel,
    maxFileSize: maxBytes / 1e6 + 'MB',
    acceptedFileTypes: ['image/*'],
    // FilePond's form also has a text field with the name of the file field.
    server: { process: { url: endpoint, ondata: (form) => {
      const sent = new FormData()
      sent.append('file', form.getAll('file').find((value) => value instanceof File))
      return sent
    } } },
  })
  const { PROCESSING_COMPLETE, PROCESSING_ERROR, LOAD_ERROR } = FilePond.FileStatus
  return () => pond.getFiles().every(({ status }) => [PROCESSING_COMPLETE, PROCESSING_ERROR, LOAD_ERROR].includes(status))
}
`
