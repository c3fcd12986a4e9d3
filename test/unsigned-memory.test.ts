import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const run = promisify(execFile)

it('keeps unsigned forms out of memory while a signed upload is stored', async () => {
  const bodies = ['JSON, a data URI', 'multipart, a data URI']
  const args = ['bench/unsigned-memory.mjs', '--requests', '8', '--megabytes', '22']
  const { stdout } = await run(process.execPath, [
    ...args,
    ...bodies.flatMap((body) => ['--only', body]),
  ])
  const report = JSON.parse(stdout)
  expect(report.bodies).toHaveLength(bodies.length)
  for (const body of report.bodies) {
    expect(body).toMatchObject({ refused: 0, otherwiseAnswered: 0, signedUpload: 'stored' })
    expect(body.peakOverIdle).toBeLessThanOrEqual(report.allowed)
  }
}, 240_000)
