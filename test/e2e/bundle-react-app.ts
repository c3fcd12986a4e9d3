/** Bundles the page with our React components. @module */

import { join } from 'node:path'
import { build } from 'esbuild'

/** Returns the script of `react-app/page.jsx`, for development. */
export async function bundleReactApp(): Promise<string> {
  const bundled = await build({
    entryPoints: [join(import.meta.dirname, 'react-app/page.jsx')],
    bundle: true,
    write: false,
    jsx: 'automatic',
    define: {
      'process.env.NODE_ENV': '"development"',
      'process.env.NEXT_PUBLIC_COUNTERSIGN_URL': 'undefined',
    },
    logLevel: 'error',
  })
  return bundled.outputFiles[0]?.text ?? ''
}
