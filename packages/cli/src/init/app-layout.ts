/** Recognizes the framework of an app, and the layout of a Next.js app. @module */

import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { UsageError } from '../usage-error.js'

/** Router of a Next.js app. */
export type Router = 'app' | 'pages'

/** A Next.js app and the location of its signing route. */
export interface NextLayout {
  readonly framework: 'Next.js'
  readonly router: Router
  readonly language: 'ts' | 'js'
  /**
   * File of the signing route, relative to the app's folder: the existing file, or the file to
   * create.
   */
  readonly routeFile: string
  readonly isRouteThere: boolean
  /** True if the app depends on `@countersign/endpoint`. */
  readonly hasEndpoint: boolean
}

/** An app whose signing route the developer writes with the help of a guide. */
export interface OtherApp {
  /** Display name of the framework, such as `SvelteKit`. */
  readonly framework: string
  /** Page of the documentation, such as `docs/guide/adapters/sveltekit.md`. */
  readonly guide: string
  /** File from which the framework reads variables in development. */
  readonly envFile: '.env.local' | '.env'
  /** True if the app depends on `@countersign/endpoint`. */
  readonly hasEndpoint: boolean
}

/** An app that `init` sets up. */
export type AppLayout = NextLayout | OtherApp

/**
 * Frameworks by the dependency that identifies them. The first match wins: most of these also
 * depend on Vite or on a server listed below.
 */
const FRAMEWORKS: readonly (readonly [dependency: string, framework: string, guide: string])[] = [
  ['@sveltejs/kit', 'SvelteKit', 'adapters/sveltekit.md'],
  ['astro', 'Astro', 'adapters/astro.md'],
  ['nuxt', 'Nuxt', 'adapters/nuxt.md'],
  ['@tanstack/react-start', 'TanStack Start', 'adapters/tanstack-start.md'],
  ['@react-router/dev', 'React Router', 'adapters/react-router.md'],
  ['wrangler', 'Cloudflare Workers', 'adapters/cloudflare-workers.md'],
  ['hono', 'Hono', 'adapters/hono.md'],
  ['fastify', 'Fastify', 'adapters/fastify.md'],
  ['express', 'Express', 'adapters/express.md'],
  ['vite', 'Vite', 'vite-express.md'],
]

/** Path of the route, without `/api/` and extension. */
const ROUTE = 'sign-cloudinary-params'
const EXTENSIONS: readonly string[] = ['ts', 'tsx', 'js', 'jsx', 'mjs', 'cjs']

/**
 * Recognizes the app in a folder.
 * @throws UsageError if the folder has neither a `package.json` nor another sign of an app, or if `package.json` is not JSON.
 */
export async function readAppLayout(folder: string): Promise<AppLayout> {
  const dependencies = await readDependencies(folder)
  if (!dependencies) return readPlainApp(folder)
  const hasEndpoint = Object.hasOwn(dependencies, '@countersign/endpoint')
  if (!Object.hasOwn(dependencies, 'next')) return otherApp(dependencies, hasEndpoint)
  const language = (await isThere(join(folder, 'tsconfig.json'))) ? 'ts' : 'js'
  const made = await newRoute(folder, language)
  const there = await existingRoute(folder)
  return {
    framework: 'Next.js',
    ...(there ?? made),
    language,
    isRouteThere: there !== undefined,
    hasEndpoint,
  }
}

function otherApp(dependencies: Dependencies, hasEndpoint: boolean): OtherApp {
  const found = FRAMEWORKS.find(([dependency]) => Object.hasOwn(dependencies, dependency))
  const [, framework, page] = found ?? ['', 'Node.js', 'adapters/node.md']
  // Nuxt reads only `.env`.
  const envFile = framework === 'Nuxt' ? '.env' : '.env.local'
  return { framework, guide: `docs/guide/${page}`, envFile, hasEndpoint }
}

/** Recognizes an app without a `package.json`. */
async function readPlainApp(folder: string): Promise<OtherApp> {
  const signs = [
    ['deno.json', 'Deno', 'adapters/deno.md'],
    ['deno.jsonc', 'Deno', 'adapters/deno.md'],
    ['bunfig.toml', 'Bun', 'adapters/bun.md'],
    ['index.html', 'plain HTML', 'adapters/node.md'],
  ] as const
  for (const [file, framework, page] of signs) {
    if (!(await isThere(join(folder, file)))) continue
    return { framework, guide: `docs/guide/${page}`, envFile: '.env.local', hasEndpoint: false }
  }
  throw new UsageError(
    `${folder} has no package.json, deno.json or index.html: run this in the folder of your app, or name it with --dir`,
  )
}

type Dependencies = Readonly<Record<string, unknown>>

const dependenciesSchema = v.fallback(v.record(v.string(), v.unknown()), {})
const packageSchema = v.fallback(
  v.object({ dependencies: dependenciesSchema, devDependencies: dependenciesSchema }),
  { dependencies: {}, devDependencies: {} },
)

/** Returns `undefined` if there is no `package.json`. */
async function readDependencies(folder: string): Promise<Dependencies | undefined> {
  const path = join(folder, 'package.json')
  if (!(await isThere(path))) return undefined
  const text = await readFile(path, 'utf8').catch(() => {
    throw new UsageError(`${path} cannot be read: let the user that runs this command read it`)
  })
  try {
    const { dependencies, devDependencies } = v.parse(packageSchema, JSON.parse(text))
    return { ...devDependencies, ...dependencies }
  } catch {
    throw new UsageError(`${path} is not JSON`)
  }
}

/**
 * Returns the file of a new route. Next uses the folders below `src/` only if the root has none.
 */
async function newRoute(
  folder: string,
  language: 'ts' | 'js',
): Promise<Pick<NextLayout, 'router' | 'routeFile'>> {
  const roots = ['app', 'pages', 'src/app', 'src/pages']
  const there = await Promise.all(roots.map((root) => isThere(join(folder, root))))
  const found = roots.filter((_, index) => there[index])
  const inRoot = found.filter((root) => !root.startsWith('src/'))
  const [first = 'pages'] = inRoot.length > 0 ? inRoot : found
  return first.endsWith('app')
    ? { router: 'app', routeFile: `${first}/api/${ROUTE}/route.${language}` }
    : { router: 'pages', routeFile: `${first}/api/${ROUTE}.${language}` }
}

/**
 * Finds an existing route for the path, in either router and any language. Next refuses two routes
 * with one path.
 */
async function existingRoute(
  folder: string,
): Promise<Pick<NextLayout, 'router' | 'routeFile'> | undefined> {
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
