import { fileURLToPath } from 'node:url'
import { EdgeRuntime } from 'edge-runtime'
import { build, type Platform } from 'esbuild'
import { describe, expect, it } from 'vitest'
import type { VectorOutcome } from '../../packages/protocol/test/vector-suite.js'

const PROTOCOL = fileURLToPath(new URL('../../packages/protocol/', import.meta.url))

const SUITE = `
  import { checkVector } from './test/vector-suite.ts'
  import { vectors } from './vectors/signature-vectors.json'
  globalThis.outcomes = JSON.stringify(vectors.map(checkVector))
`

/** Bundles a script without imports, and returns the names of its modules. */
async function bundle(
  source: string,
  options: { platform: Platform; conditions: string[] },
): Promise<{ code: string; inputs: string[] }> {
  const result = await build({
    ...options,
    stdin: { contents: source, resolveDir: PROTOCOL, loader: 'ts' },
    bundle: true,
    write: false,
    metafile: true,
    format: 'iife',
    target: 'es2022',
    logLevel: 'silent',
  })
  return { code: result.outputFiles[0]?.text ?? '', inputs: Object.keys(result.metafile.inputs) }
}

describe.each([
  ['edge', { platform: 'neutral', conditions: ['edge-light'] }],
  ['worker', { platform: 'neutral', conditions: ['workerd'] }],
  ['browser', { platform: 'browser', conditions: ['browser'] }],
] as const)('the %s bundle of the vector suite', (_, { platform, conditions }) => {
  it('contains no node: module and passes every vector in edge-runtime', async () => {
    const { code, inputs } = await bundle(SUITE, { platform, conditions: [...conditions] })
    expect(inputs.some((path) => path.endsWith('digest/digest.js'))).toBe(true)
    expect(inputs.filter((path) => /digest\.node|^node:/.test(path))).toEqual([])
    expect(code).not.toMatch(/node:|require\(|\bBuffer\b|\bprocess\./)

    const runtime = new EdgeRuntime()
    runtime.evaluate(code)
    const outcomes: VectorOutcome[] = JSON.parse(runtime.evaluate('outcomes'))
    expect(outcomes).toHaveLength(160)
    for (const { title, actual, expected } of outcomes) expect(actual, title).toEqual(expected)
  })
})

describe('the Node bundle', () => {
  it('uses the digests of node:crypto', async () => {
    const { code, inputs } = await bundle(SUITE, { platform: 'node', conditions: ['node'] })
    expect(inputs.some((path) => path.endsWith('digest/digest.node.js'))).toBe(true)
    expect(code).toContain('node:crypto')
  })
})

describe('the browser entries of the protocol', () => {
  it.each(['params', 'limits', 'errors', 'transformation'])(
    '%s brings no digest and no word of a secret with it',
    async (subpath) => {
      const source = `import * as all from '@countersign/protocol/${subpath}'; globalThis.all = all`
      const { code, inputs } = await bundle(source, {
        platform: 'browser',
        conditions: ['browser'],
      })
      expect(inputs.filter((path) => /digest|noble|signature/.test(path))).toEqual([])
      expect(code).not.toContain('apiSecret')
    },
  )
})
