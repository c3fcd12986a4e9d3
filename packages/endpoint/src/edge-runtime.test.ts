import { fileURLToPath } from 'node:url'
import { EdgeRuntime } from 'edge-runtime'
import { build } from 'esbuild'
import { beforeAll, describe, expect, it } from 'vitest'
import { CONFORMANCE_CASES } from '../test/conformance.js'

const ENTRY = fileURLToPath(new URL('../test/conformance.ts', import.meta.url))

let script = ''
let inputs: string[] = []

beforeAll(async () => {
  // The runtime runs scripts, not modules, so the suite is bundled first.
  const bundled = await build({
    entryPoints: [ENTRY],
    bundle: true,
    write: false,
    metafile: true,
    format: 'iife',
    globalName: 'suite',
    platform: 'neutral',
    conditions: ['edge-light'],
    mainFields: ['module', 'main'],
  })
  script = bundled.outputFiles[0]?.text ?? ''
  inputs = Object.keys(bundled.metafile.inputs)
})

describe('in the edge runtime', () => {
  it('bundles without a Node module', () => {
    expect(inputs.filter((path) => path.includes('digest.node'))).toEqual([])
    expect(script).not.toMatch(/\brequire\("(node:)?crypto"\)/)
  })

  it('passes the conformance suite', async () => {
    const runtime = new EdgeRuntime()
    runtime.evaluate(`${script}; globalThis.suite = suite`)
    const failures = await runtime.evaluate<Promise<string[]>>(`
      (async () => {
        const failures = []
        for (const { title, run } of suite.CONFORMANCE_CASES) {
          try { await run() } catch (error) { failures.push(title + ': ' + error.message) }
        }
        return failures
      })()
    `)
    expect(failures).toEqual([])
    expect(runtime.evaluate<number>('suite.CONFORMANCE_CASES.length')).toBe(
      CONFORMANCE_CASES.length,
    )
  })
})
