import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const run = promisify(execFile)

it('survives mutated upload requests without a crash, a hang, an open file or a staged file', async () => {
  const args = ['bench/multipart-fuzz.mjs', '--requests', '400', '--seed', '3']
  const { stdout } = await run(process.execPath, args)
  const report = JSON.parse(stdout)
  expect(report).toMatchObject({ found: [], stagingFilesLeft: 0, openFilesLeft: 0 })
  expect(report.answers[200]).toBeGreaterThan(0)
  expect(report.answers[400]).toBeGreaterThan(0)
})
