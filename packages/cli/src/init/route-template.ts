/**
 * Template of the signing route that `init` writes. The route refuses every upload until
 * `authorize` is filled in. @module
 */

import type { Router } from './app-layout.js'

/** Returns the source of the route, with fewer than 20 lines. */
export function routeTemplate(router: Router, language: 'ts' | 'js'): string {
  return router === 'app' ? appRoute(language) : pagesRoute(language)
}

function appRoute(language: 'ts' | 'js'): string {
  return `import { createSignHandler, force } from '@countersign/endpoint'

${authorize(language)}

export const { GET, POST } = createSignHandler({
${options()}
})
`
}

function pagesRoute(language: 'ts' | 'js'): string {
  return `import { createSignHandler, force } from '@countersign/endpoint'
import { toPagesHandler } from '@countersign/endpoint/next'

${authorize(language)}

// The handler reads the body itself: onUploaded, if you add it, needs the unparsed bytes.
export const config = { api: { bodyParser: false } }
export default toPagesHandler(createSignHandler({
${options()}
}))
`
}

function authorize(language: 'ts' | 'js'): string {
  const signature =
    language === 'ts' ? '(_request: Request): Promise<{ id: string } | null>' : '(_request)'
  return `// TODO: return your signed-in user. null means not signed in: until you change this, every upload is refused (401).
async function authorize${signature} {
  return null
}`
}

function options(): string {
  return `  authorize,
  presets: { default: {
    limits: { accept: ['image/jpeg', 'image/png', 'image/webp'], maxBytes: 5_000_000 },
    params: (user) => ({ folder: force(\`users/\${user.id}\`) }),
  } },`
}
