/** Sets up signed uploads in an existing app: the variables, and in a Next.js app the route. @module */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { environmentLines, prepareDevData } from '../dev-data.js'
import { type AppLayout, type NextLayout, readAppLayout } from './app-layout.js'
import { routeTemplate } from './route-template.js'
import { type WrittenEnvLines, writeEnvLines } from './write-env-lines.js'
import { type WrittenRoute, writeRoute } from './write-route.js'

/** How to set up. */
export interface SetUpOptions {
  /** Folder of the app. */
  readonly folder: string
  /** Data folder of `countersign dev`. */
  readonly dataFolder: string
  /** Address of the media server that goes into `.env.local`. */
  readonly serverUrl: string
  /** Asked before a route that is there is replaced. */
  readonly mayReplace: (file: string) => Promise<boolean>
}

/** What was done. */
export interface SetUp {
  readonly layout: AppLayout
  /** What became of the route; `null` in an app other than Next.js, which gets no route. */
  readonly route: WrittenRoute | null
  readonly env: WrittenEnvLines
  /** File that holds the variables. */
  readonly envFile: '.env.local' | '.env'
  /** Whether git would take that file along, as far as the app's own `.gitignore` says. */
  readonly isEnvTracked: boolean
}

/**
 * Writes what is missing.
 * @throws UsageError if the folder holds no app, or a file cannot be written.
 */
export async function setUpApp(options: SetUpOptions): Promise<SetUp> {
  const { folder, dataFolder } = options
  const layout = await readAppLayout(folder)
  const route = 'routeFile' in layout ? await writeNextRoute(layout, options) : null
  const envFile = 'envFile' in layout ? layout.envFile : '.env.local'
  const data = await prepareDevData(dataFolder)
  const lines = environmentLines(data, options.serverUrl)
  const env = await writeEnvLines(folder, lines, envFile)
  return { layout, route, env, envFile, isEnvTracked: !(await isIgnored(folder, envFile)) }
}

function writeNextRoute(
  { router, routeFile }: NextLayout,
  { folder, mayReplace }: SetUpOptions,
): Promise<WrittenRoute> {
  return writeRoute({
    path: join(folder, routeFile),
    text: routeTemplate(router, /\.tsx?$/.test(routeFile) ? 'ts' : 'js'),
    mayReplace: () => mayReplace(routeFile),
  })
}

async function isIgnored(folder: string, envFile: string): Promise<boolean> {
  const text = await readFile(join(folder, '.gitignore'), 'utf8').catch(() => '')
  const pattern = envFile === '.env' ? /^\/?\.env\*?$/ : /^\/?\.env(?:\*|\*?\.local|\.\*)$/
  return text.split(/\r?\n/).some((line) => pattern.test(line.trim()))
}
