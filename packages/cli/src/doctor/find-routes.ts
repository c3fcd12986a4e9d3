/** Finds the signing routes in an app's source, with their files and URL paths. @module */

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A source file that signs uploads. */
export interface SigningFile {
  /** Path below the app's folder, with `/`. */
  readonly file: string
  /** True if the file calls `anonymous`, so that it signs for everyone on purpose. */
  readonly isAnonymous: boolean
}

/** A route file of Next.js that signs uploads. */
export interface RouteFile extends SigningFile {
  /** Path of the route's URL. */
  readonly path: string
}

const SIGNS = /\bapi_sign_request\b|\bcreateSignHandler\b|\bapiSignRequest\b/
const ANONYMOUS = /\banonymous\s*\(\s*\{/
/** Folders of installed and built code. Folders whose name begins with a dot are skipped too. */
const GENERATED = ['node_modules', 'dist', 'build', 'out', 'coverage', 'vendor']
const SOURCE = /\.(?:ts|tsx|js|jsx|mjs|cjs)$/
const MAX_FILES = 2000
const MAX_DEPTH = 8

/** Searches `app` and `pages/api`, in the root and below `src/`, for signing routes. */
export async function findRoutes(folder: string): Promise<readonly RouteFile[]> {
  const budget = { files: MAX_FILES }
  const found: RouteFile[] = []
  for (const root of ['app', 'src/app', 'pages/api', 'src/pages/api']) {
    for (const file of await listSources(folder, root, budget)) {
      const path = pathOf(file)
      if (path === undefined) continue
      const text = await readFile(join(folder, file), 'utf8').catch(() => '')
      if (SIGNS.test(text) || path.endsWith('/sign-cloudinary-params')) {
        found.push({ file, path, isAnonymous: ANONYMOUS.test(text) })
      }
    }
  }
  return found
}

/**
 * Searches the whole app for files that call `createSignHandler`. Only the framework knows their
 * URLs.
 */
export async function findSigningFiles(folder: string): Promise<readonly SigningFile[]> {
  const found: SigningFile[] = []
  for (const file of await listSources(folder, '.', { files: MAX_FILES })) {
    const text = await readFile(join(folder, file), 'utf8').catch(() => '')
    if (/\bcreateSignHandler\s*\(/.test(text)) {
      found.push({ file: file.replace(/^\.\//, ''), isAnonymous: ANONYMOUS.test(text) })
    }
  }
  return found
}

async function listSources(
  folder: string,
  relative: string,
  budget: { files: number },
  depth = 0,
): Promise<string[]> {
  if (depth > MAX_DEPTH || budget.files <= 0) return []
  const entries = await readdir(join(folder, relative), { withFileTypes: true }).catch(() => [])
  const files: string[] = []
  for (const entry of entries) {
    const path = `${relative}/${entry.name}`
    if (entry.isDirectory() && !entry.name.startsWith('.') && !GENERATED.includes(entry.name)) {
      files.push(...(await listSources(folder, path, budget, depth + 1)))
    } else if (entry.isFile() && SOURCE.test(entry.name) && budget.files > 0) {
      budget.files -= 1
      files.push(path)
    }
  }
  return files
}

/**
 * Returns the URL path of a route file; `undefined` for other files and for paths with parameters.
 */
function pathOf(file: string): string | undefined {
  const bare = file.replace(/^src\//, '').replace(SOURCE, '')
  const [router, ...segments] = bare.split('/')
  if (router === 'app' && segments.pop() !== 'route') return undefined
  if (router === 'pages' && segments.at(-1) === 'index') segments.pop()
  const shown = segments.filter((segment) => !/^[(@]/.test(segment))
  if (shown.some((segment) => segment.startsWith('['))) return undefined
  return `/${shown.join('/')}`
}
