/**
 * `npm run bench`: runs every benchmark in turn, each with its peer or floor in the same run. Writes results to `bench/results`. Takes about
 * fifteen minutes on an otherwise idle machine.
 * @module
 */

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

const BENCHES = [
  ['signing', ['bench/signing.mjs']],
  ['uploads', ['bench/upload.mjs', '--result', 'bench/results/upload.json']],
  [
    'memory of uploads',
    ['bench/upload-memory.mjs', '--result', 'bench/results/upload-memory.json'],
  ],
  ['background jobs', ['bench/jobs.mjs', '--result', 'bench/results/jobs.json']],
  ['catalog size', ['bench/catalog-size.mjs', '--result', 'bench/results/catalog-size.json']],
  ['signing handler', ['bench/signing-handler.mjs']],
  ['signing in Next', ['bench/signing-in-next.mjs']],
  ['widget bytes', ['bench/widget-bytes.mjs', '--result', 'bench/results/widget-bytes.json']],
  [
    'widget wall time',
    ['bench/widget-wall-time.mjs', '--result', 'bench/results/widget-wall-time.json'],
  ],
]

for (const [name, args] of BENCHES) {
  console.log(`\n== ${name}`)
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}
