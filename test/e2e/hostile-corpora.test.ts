import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { beforeAll, expect, it } from 'vitest'
import { createNames } from '../../bench/corpora/names.mjs'

const run = promisify(execFile)

// One file, name or page in two hundred. The results of all are in bench/results.
let report: Record<string, Record<string, unknown>>
beforeAll(async () => {
  const args = ['bench/hostile-corpora.mjs', '--share', '0.005']
  const { stdout, stderr } = await run(process.execPath, args).catch((error) => error)
  if (!stdout) throw new Error(stderr)
  report = JSON.parse(stdout)
})

it('reports no problem with a part of the hostile corpora, and runs no script in a browser', () => {
  expect(report).toMatchObject({ failures: 0, found: [] })
  expect(report.bombs?.corpus).toBeGreaterThanOrEqual(60)
  expect(report.content?.corpus).toBeGreaterThanOrEqual(150)
  expect(report.content).toMatchObject({ scripts: 0, controls: 1 })
})

it('has five thousand different names', () => {
  const names = createNames()
  expect(new Set(names).size).toBe(names.length)
  expect(names.length).toBeGreaterThanOrEqual(5000)
})
