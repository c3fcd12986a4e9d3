import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const run = promisify(execFile)

it('answers after any failed call, leaves no file and works on, for every ninth call of an overwrite', async () => {
  // With problems, the loops end with exit code 1. The report says which.
  const { stdout } = await run(process.execPath, [
    ...['--import', './bench/inject-faults.mjs', 'bench/fault-loops.mjs'],
    ...['--only', 'overwrite', '--every', '9'],
  ]).catch((error: { stdout: string }) => error)
  const report = JSON.parse(stdout)
  expect(report.problems).toEqual([])
  expect(report.scenes.overwrite.failed).toBeGreaterThan(10)
})
