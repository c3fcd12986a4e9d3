import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const run = promisify(execFile)

it('keeps every acknowledged part if the server is killed while parts arrive at once, and joins them without a hole', async () => {
  // With violations, the campaign ends with exit code 1. The report says which.
  const { stdout } = await run(process.execPath, [
    ...['bench/part-campaign.mjs', '--cycles', '3'],
  ]).catch((error: { stdout: string }) => error)
  const report = JSON.parse(stdout)
  expect(report).toMatchObject({ lostParts: 0, wrongFiles: 0, lost: 0, corrupt: 0, dangling: 0 })
  expect(report.afterCollecting).toMatchObject({ staged: 0, orphans: 0, lost: 0 })
  expect(report.parts.acknowledged).toBeGreaterThan(0)
  expect(report.parts.completed).toBeGreaterThanOrEqual(4)
})
