/**
 * Collects everything that the doctor checks: an app's files, its signing routes and its media
 * server. @module
 */

import { type DevData, readDevData } from '../dev-data.js'
import { type AppSettings, readAppSettings } from './app-settings.js'
import { type Ask, createAsk } from './ask.js'
import { type EnvFiles, orEnvironment, readEnvFiles } from './env-files.js'
import { findRoutes, findSigningFiles, type RouteFile, type SigningFile } from './find-routes.js'
import { meetRoute, type SigningRoute } from './signing-route.js'

/** Options of {@link examine}. */
export interface ExamineOptions {
  /** Address of the running app. */
  readonly url: URL
  /** Path of the signing route. Default: searched in the source. */
  readonly endpoint?: string | undefined
  /** Folder of the app. */
  readonly folder: string
  /**
   * Address of the media server. The doctor sends requests to this address even if it is not on
   * this machine.
   */
  readonly server?: URL | undefined
  /** `Cookie` header of a signed-in user. */
  readonly cookie?: string | undefined
  /** Full key for the Admin API, if given apart from the files. */
  readonly admin?: { readonly id: string; readonly secret: string } | undefined
  /** How the address was found. Absent if the address was given. */
  readonly foundBy?: string | undefined
  /** Data folder of `countersign dev`. @default none */
  readonly dataFolder?: string | undefined
  /** Variables of the shell, used if the folder has no `.env` file. @default none */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined
  /** Returns the current time in Unix milliseconds. @default Date.now */
  readonly now?: (() => number) | undefined
  /** Timeout of one request, in milliseconds. @default 5000 */
  readonly timeoutMs?: number | undefined
}

/** Input of all checks. */
export interface Subject {
  readonly options: ExamineOptions
  readonly env: EnvFiles
  /** Data of `countersign dev` for this app. */
  readonly dev: DevData | null
  readonly settings: AppSettings
  /** Files of the app that call `createSignHandler`. */
  readonly signingFiles: readonly SigningFile[]
  /** Signing routes of Next.js in the source. */
  readonly files: readonly RouteFile[]
  /** Signing routes that were called. Contains at least one, which may have answered 404. */
  readonly routes: readonly [SigningRoute, ...SigningRoute[]]
  /** Address of the media server, without a slash at its end. */
  readonly serverUrl: URL | undefined
  /** The app's cloud. */
  readonly cloud: string | undefined
  readonly ask: Ask
  readonly now: () => number
}

/** Path of the signing route in the tutorials. */
export const DEFAULT_ENDPOINT = '/api/sign-cloudinary-params'
const MAX_ROUTES = 3

/** Reads the files and calls the routes. */
export async function examine(options: ExamineOptions): Promise<Subject> {
  const now = options.now ?? Date.now
  const inFiles = await readEnvFiles(options.folder)
  const env = inFiles.files.length > 0 ? inFiles : orEnvironment(inFiles, options.environment)
  const dev = options.dataFolder === undefined ? null : await readDevData(options.dataFolder)
  const settings = readAppSettings(env)
  const files = await findRoutes(options.folder)
  const ask = createAsk({
    origins: [options.url.origin, ...(options.server ? [options.server.origin] : [])],
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
  })
  const met: SigningRoute[] = []
  for (const path of candidatePaths(options.endpoint, files)) {
    met.push(
      await meetRoute({
        ask,
        address: addressOf(path, options.url),
        file: files.find((file) => file.path === path)?.file,
        cookie: options.cookie,
        nowSeconds: Math.floor(now() / 1000),
      }),
    )
  }
  return {
    options,
    env,
    dev,
    settings,
    signingFiles: await findSigningFiles(options.folder),
    files,
    routes: present(met),
    serverUrl: options.server ?? parseUrl(settings.serverUrl),
    cloud: settings.clouds[0]?.name,
    ask,
    now,
  }
}

/** Returns a route's address below the app's address, which may have a base path. */
function addressOf(path: string, url: URL): URL {
  return new URL(`${url.pathname.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`, url)
}

function candidatePaths(endpoint: string | undefined, files: readonly RouteFile[]): string[] {
  if (endpoint !== undefined) return [endpoint]
  const paths = [DEFAULT_ENDPOINT, ...files.map(({ path }) => path), PAGES_ENDPOINT]
  return [...new Set(paths)].slice(0, MAX_ROUTES)
}

/** Path of the second route in an app with both routers. */
const PAGES_ENDPOINT = '/api/pages/sign-cloudinary-params'

/**
 * Returns the routes that exist. A server may answer every unknown path with a page, so a guessed path counts only if it answers
 * with JSON.
 */
function present(met: readonly SigningRoute[]): Subject['routes'] {
  const found = met.filter(
    ({ signing, file }, index) =>
      signing.ok &&
      signing.status !== 404 &&
      (index === 0 || file !== undefined || signing.json !== undefined),
  )
  const [first, ...more] = found.length > 0 ? found : met.slice(0, 1)
  if (!first) throw new Error('there is always one candidate')
  return [first, ...more]
}

function parseUrl(text: string | undefined): URL | undefined {
  return text !== undefined && URL.canParse(text) && /^https?:/.test(text)
    ? new URL(text)
    : undefined
}
