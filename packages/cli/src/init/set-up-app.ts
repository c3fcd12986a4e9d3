/** Sets signed uploads up in an existing Next.js app: the route and the variables. @module */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { environmentLines, prepareDevData } from '../dev-data.js'
import { type AppLayout, readAppLayout } from './app-layout.js'
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
  readonly route: WrittenRoute
  readonly env: WrittenEnvLines
  /** Whether git would take `.env.local` along, as far as the app's own `.gitignore` says. */
  readonly isEnvTracked: boolean
}

/**
 * Write what is missing.
 * @throws UsageError when the folder is no Next.js app, or a file cannot be written.
 */
export async function setUpApp(options: SetUpOptions): Promise<SetUp> {
  const { folder, dataFolder } = options
  const layout = await readAppLayout(folder)
  const path = join(folder, layout.routeFile)
  const route = await writeRoute({
    path,
    text: routeTemplate(layout.router, /\.tsx?$/.test(path) ? 'ts' : 'js'),
    mayReplace: () => options.mayReplace(layout.routeFile),
  })
  const data = await prepareDevData(dataFolder)
  const env = await writeEnvLines(folder, environmentLines(data, options.serverUrl))
  return { layout, route, env, isEnvTracked: !(await isIgnored(folder)) }
}

async function isIgnored(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, '.gitignore'), 'utf8').catch(() => '')
  return text.split(/\r?\n/).some((line) => /^\/?\.env(?:\*|\*?\.local|\.\*)$/.test(line.trim()))
}
