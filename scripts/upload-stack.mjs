/**
 * Starts a real media server and a real app with a signing route and a page, for browser tests and
 * benchmarks of the widget. @module
 */

import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { createSignHandler, force, text } from '@countersign/endpoint'
import { toNodeListener } from '@countersign/endpoint/node'
import { COUNTERSIGN } from './development-server.mjs'
import { ROOT } from './repository.mjs'
import { runNode, safeEnvironment } from './run-command.mjs'

const CLOUD = 'stack'
const KEY = { id: '543210987654321', secret: 'upload-stack-key-secret-0000000001' }

/**
 * @typedef {object} UploadStack
 * @property {string} origin Address of the app. Its signing route is `/sign`.
 * @property {string} mediaServer Address of the media server.
 * @property {Map<string, { type: string, body: string | Buffer }>} pages Additional pages of the app, by path.
 * @property {{ status: number } | null} refusal Response of the signing route to `POST` in place of a signature; `null` to sign.
 * @property {() => Promise<void>} startServer Starts the media server again after it was killed.
 * @property {() => Promise<void>} killServer Kills the media server at once.
 * @property {() => Promise<void>} stop Stops app and media server.
 */

/** @typedef {import('@countersign/endpoint').Preset<{ id: string }>} StackPreset */

/**
 * Accepts images and the parameter `tags`, and returns a delete token.
 *
 * @type {StackPreset}
 */
const DEFAULT_PRESET = {
  limits: { accept: ['image/*'], maxBytes: 20_000_000 },
  params: () => ({ tags: text(), returnDeleteToken: force(true) }),
}

/**
 * Starts app and media server.
 *
 * @param {object} options
 * @param {string} options.folder Data folder of the media server.
 * @param {number} options.port Port of the media server, which stays the same after a restart.
 * @param {Readonly<Record<string, StackPreset>>} [options.presets] Presets of the signing route, in addition to `default` or replacing it.
 * @param {readonly string[]} [options.ceiling] Limits of the route's key on the media server, as options of `countersign presets set default`.
 * @param {boolean} [options.mayReadApp] True if the media server may fetch files from the app's IP address.
 * @returns {Promise<UploadStack>}
 */
export async function startUploadStack({
  folder,
  port,
  presets = {},
  ceiling = [],
  mayReadApp = false,
}) {
  const mediaServer = `http://127.0.0.1:${port}`
  const handler = createSignHandler({
    authorize: ({ headers }) => userOf(headers.get('cookie')),
    presets: { default: DEFAULT_PRESET, ...presets },
    cloudName: CLOUD,
    url: mediaServer,
    keys: () => [{ ...KEY, scopes: ['upload'] }],
  })
  const sign = toNodeListener(handler)
  /** @type {UploadStack['pages']} */
  const pages = new Map()
  const app = createServer((request, response) => {
    const path = request.url?.split('?')[0] ?? '/'
    const page = pages.get(path)
    if (page) response.setHeader('content-type', page.type).end(page.body)
    else if (path !== '/sign') response.writeHead(404).end()
    else if (stack.refusal && request.method === 'POST')
      response.writeHead(stack.refusal.status).end()
    else void sign(request, response)
  })
  await new Promise((resolve) => app.listen(0, '127.0.0.1', () => resolve(undefined)))
  const address = app.address()
  if (address === null || typeof address === 'string') throw new Error('no address')
  const env = environment(folder, mayReadApp ? `127.0.0.1:${address.port}` : undefined)
  if (ceiling.length > 0) await setCeiling(ceiling, env)
  let server = await startServer(port, env)
  /** @type {UploadStack} */
  const stack = {
    origin: `http://127.0.0.1:${address.port}`,
    mediaServer,
    pages,
    refusal: null,
    startServer: async () => {
      server = await startServer(port, env)
    },
    killServer: () => server.kill(),
    stop: async () => {
      await server.kill()
      app.closeAllConnections()
      await new Promise((resolve) => app.close(resolve))
    },
  }
  return stack
}

/**
 * Returns the user in the cookie `session`, or user `42` without a cookie. `session=nobody` means signed out.
 *
 * @param {string | null} cookie
 */
function userOf(cookie) {
  const id = /\bsession=(\w+)/.exec(cookie ?? '')?.[1] ?? '42'
  return id === 'nobody' ? null : { id }
}

/**
 * @param {string} folder
 * @param {string | undefined} readable `host:port` from which files may be fetched although it is not public.
 */
function environment(folder, readable) {
  return safeEnvironment({
    COUNTERSIGN_CLOUD: CLOUD,
    COUNTERSIGN_KEYS: `${KEY.id}:upload:${KEY.secret}`,
    COUNTERSIGN_STORAGE: `file:${folder}`,
    COUNTERSIGN_DATABASE: `sqlite:${join(folder, 'catalog.db')}`,
    ...(readable === undefined ? {} : { COUNTERSIGN_REMOTE_ALLOW: readable }),
  })
}

/**
 * @param {readonly string[]} limits
 * @param {NodeJS.ProcessEnv} env
 */
async function setCeiling(limits, env) {
  const args = [COUNTERSIGN, 'presets', 'set', 'default', '--cloud', CLOUD, ...limits]
  const { code, output } = await runNode(args, { env, quiet: true })
  if (code !== 0) throw new Error(`the preset was not set: ${output}`)
}

/**
 * @param {number} port
 * @param {NodeJS.ProcessEnv} env
 */
async function startServer(port, env) {
  const child = spawn(process.execPath, [COUNTERSIGN, 'serve', '--port', String(port)], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = new Promise((resolve) => child.once('exit', resolve))
  const killWithUs = () => child.kill('SIGKILL')
  process.once('exit', killWithUs)
  let said = ''
  await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (line) => {
        if (said.length < 20_000) said += line
        if (/listening/.test(said)) resolve(undefined)
      })
    }
    child.once('exit', () => reject(new Error(`the media server ended: ${said}`)))
  })
  return {
    kill: async () => {
      process.off('exit', killWithUs)
      child.kill('SIGKILL')
      await exited
    },
  }
}
