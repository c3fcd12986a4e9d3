import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const run = promisify(execFile)

it('loses no acknowledged change if the server is killed under load, and the collector leaves no unreferenced file', async () => {
  const { stdout } = await run(process.execPath, ['bench/crash-campaign.mjs', '--cycles', '3'])
  const report = JSON.parse(stdout)
  expect(report.acknowledged.uploads).toBeGreaterThan(0)
  expect(report).toMatchObject({ lost: 0, corrupt: 0, dangling: 0, integrityErrors: 0 })
  expect(report.afterCollecting).toMatchObject({ staged: 0, orphans: 0, lost: 0 })
})
