import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { build as viteBuild } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const PACKAGE = fileURLToPath(new URL('..', import.meta.url))
/** Entry points, each with one of its exports. */
const ENTRIES = [
  ['@countersign/endpoint', 'createSignHandler'],
  ['@countersign/endpoint/next', 'toPagesHandler'],
  ['@countersign/endpoint/express', 'toExpressHandler'],
  ['@countersign/endpoint/fastify', 'toFastifyPlugin'],
  ['@countersign/endpoint/node', 'toNodeListener'],
] as const

let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(PACKAGE, 'bundle-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe.each(ENTRIES)('code that imports %s', (entry, name) => {
  const source = `import { ${name} } from '${entry}'\nconsole.log(${name})`

  it('is not bundled for a browser by esbuild: the error names server-only.js', async () => {
    await expect(bundle(source, ['browser'])).rejects.toThrow(/No matching export.*server-only\.js/)
  })

  it('is not bundled for a browser by Vite: the error names server-only.js', async () => {
    await writeFile(join(folder, 'page.js'), source)
    const built = viteBuild({
      root: folder,
      configFile: false,
      logLevel: 'silent',
      build: { write: false, rollupOptions: { input: join(folder, 'page.js') } },
    })
    await expect(built).rejects.toThrow(/server-only\.js/)
  })

  it.each([
    ['Cloudflare Workers', ['workerd', 'worker', 'browser']],
    ['the edge runtime of Next.js', ['edge-light', 'worker', 'browser']],
  ])('is bundled for %s, whose bundler also sets the condition browser', async (_, conditions) => {
    expect(await bundle(source, conditions)).toContain(name)
  })
})

it('throws if a bundler ignores a missing export', async () => {
  const script = await bundle(`import '@countersign/endpoint'`, ['browser'])
  expect(() => new Function(script)()).toThrow('runs on a server only')
})

async function bundle(source: string, conditions: string[]): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: PACKAGE },
    bundle: true,
    write: false,
    platform: 'browser',
    external: ['node:*'],
    conditions,
    logLevel: 'silent',
  })
  return outputFiles[0]?.text ?? ''
}
