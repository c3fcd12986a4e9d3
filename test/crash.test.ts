import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const run = promisify(execFile)

it('loses no acknowledged upload when the server is killed under load', async () => {
  const { stdout } = await run(process.execPath, ['bench/crash-campaign.mjs', '--cycles', '4'])
  const report = JSON.parse(stdout)
  expect(report.acknowledged).toBeGreaterThan(0)
  expect(report).toMatchObject({ lost: 0, corrupt: 0, dangling: 0, leftInStaging: 0 })
}, 90_000)
