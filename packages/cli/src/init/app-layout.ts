/** How a Next.js app is laid out: which router, where, in which language. @module */

import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '../usage-error.js'

/** Next's two routers. */
export type Router = 'app' | 'pages'

/** Where the signing route belongs. */
export interface AppLayout {
  readonly router: Router
  readonly language: 'ts' | 'js'
  /** The route's file below the app's folder: one that is there already, else the one to make. */
  readonly routeFile: string
  readonly isRouteThere: boolean
  /** Whether the app depends on `@countersign/endpoint`. */
  readonly hasEndpoint: boolean
}

/** The route's path without `/api/` and extension. */
const ROUTE = 'sign-cloudinary-params'
const EXTENSIONS: readonly string[] = ['ts', 'tsx', 'js', 'jsx', 'mjs', 'cjs']

/**
 * Look at an app.
 * @throws UsageError when the folder has no `package.json` that names `next`.
 */
export async function readAppLayout(folder: string): Promise<AppLayout> {
  const dependencies = await readDependencies(folder)
  if (!Object.hasOwn(dependencies, 'next')) {
    throw new UsageError(
      `${join(folder, 'package.json')} does not name next: run this in the folder of a Next.js app, or name it with --dir`,
    )
  }
  const language = (await isThere(join(folder, 'tsconfig.json'))) ? 'ts' : 'js'
  const made = await newRoute(folder, language)
  const there = await existingRoute(folder)
  return {
    ...(there ?? made),
    language,
    isRouteThere: there !== undefined,
    hasEndpoint: Object.hasOwn(dependencies, '@countersign/endpoint'),
  }
}

async function readDependencies(folder: string): Promise<Readonly<Record<string, unknown>>> {
  const path = join(folder, 'package.json')
  const text = await readFile(path, 'utf8').catch(() => {
    throw new UsageError(`${path} cannot be read: run this in the folder of a Next.js app`)
  })
  try {
    const { dependencies, devDependencies } = Object(JSON.parse(text))
    return { ...Object(devDependencies), ...Object(dependencies) }
  } catch {
    throw new UsageError(`${path} is not JSON`)
  }
}

/** Next takes the folders below `src/` only where the root has none. */
async function newRoute(
  folder: string,
  language: 'ts' | 'js',
): Promise<Pick<AppLayout, 'router' | 'routeFile'>> {
  const roots = ['app', 'pages', 'src/app', 'src/pages']
  const there = await Promise.all(roots.map((root) => isThere(join(folder, root))))
  const found = roots.filter((_, index) => there[index])
  const inRoot = found.filter((root) => !root.startsWith('src/'))
  const [first = 'pages'] = inRoot.length > 0 ? inRoot : found
  return first.endsWith('app')
    ? { router: 'app', routeFile: `${first}/api/${ROUTE}/route.${language}` }
    : { router: 'pages', routeFile: `${first}/api/${ROUTE}.${language}` }
}

/** A route that answers the path already, in either router and any language: two would be an error of Next's. */
async function existingRoute(
  folder: string,
): Promise<Pick<AppLayout, 'router' | 'routeFile'> | undefined> {
  for (const root of ['app', 'src/app', 'pages', 'src/pages']) {
    const router = root.endsWith('app') ? 'app' : 'pages'
    const stems = router === 'app' ? [`${ROUTE}/route`] : [ROUTE, `${ROUTE}/index`]
    for (const stem of stems) {
      for (const extension of EXTENSIONS) {
        const routeFile = `${root}/api/${stem}.${extension}`
        if (await isThere(join(folder, routeFile))) return { router, routeFile }
      }
    }
  }
  return undefined
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
