/**
 * Sets up signed uploads in an existing app: writes the variables and, in a Next.js app, the route.
 * @module
 */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { environmentLines, prepareDevData } from '../dev-data.js'
import { type AppLayout, type NextLayout, readAppLayout } from './app-layout.js'
import { routeTemplate } from './route-template.js'
import { type WrittenEnvLines, writeEnvLines } from './write-env-lines.js'
import { type WrittenRoute, writeRoute } from './write-route.js'

/** Options of {@link setUpApp}. */
export interface SetUpOptions {
  /** Folder of the app. */
  readonly folder: string
  /** Data folder of `countersign dev`. */
  readonly dataFolder: string
  /** Address of the media server, which is written to `.env.local`. */
  readonly serverUrl: string
  /** Called before an existing route is replaced. Returns true to replace the route. */
  readonly mayReplace: (file: string) => Promise<boolean>
}

/** Result of {@link setUpApp}. */
export interface SetUp {
  readonly layout: AppLayout
  /** Result for the route; `null` in an app other than Next.js, which gets no route. */
  readonly route: WrittenRoute | null
  readonly env: WrittenEnvLines
  /** File that holds the variables. */
  readonly envFile: '.env.local' | '.env'
  /** True if the app's own `.gitignore` does not exclude that file. */
  readonly isEnvTracked: boolean
}

/**
 * Adds the missing variables and, in a Next.js app, the signing route.
 * @throws UsageError if the folder contains no app, or if a file cannot be written.
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
