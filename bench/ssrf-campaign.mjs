/**
 * Fetches all spellings of a private host, and a name that changes its address between check and connection. Counts requests that reach a canary.
 *
 *   node bench/ssrf-campaign.mjs [--fetches 10000] [--result bench/results/ssrf-campaign.json]
 *
 * @module
 */

import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { createDialler } from '../packages/server/dist/remote/dialler.js'
import { createRemoteReader } from '../packages/server/dist/remote/read-remote.js'
import { startCanary } from '../packages/server/test/canary.mjs'
import { fetchRebinding } from '../packages/server/test/rebinding.mjs'
import { ssrfHosts } from '../packages/server/test/ssrf-corpus.mjs'

const { values } = parseArgs({
  options: { fetches: { type: 'string', default: '10000' }, result: { type: 'string' } },
})
const canary = await startCanary()
const report = {
  what: 'remote files: URLs of private hosts, and a name server that answers public and loopback in turn',
  date: new Date().toISOString().slice(0, 10),
  corpus: await fetchCorpus(),
  rebinding: await fetchRebinding({
    fetches: Number(values.fetches),
    canary,
    createDialler,
    createRemoteReader,
  }),
}
canary.close()
console.log(JSON.stringify(report, null, 2))
if (values.result) await writeFile(values.result, `${JSON.stringify(report, null, 2)}\n`)
process.exitCode = canary.connections() > 0 ? 1 : 0

async function fetchCorpus() {
  const dialler = createDialler({
    connectTimeoutMs: 2000,
    ports: [canary.port],
    resolveHost: async () => ['127.0.0.1'],
  })
  const readRemote = createRemoteReader(dialler, { maxRedirects: 3, totalTimeoutMs: 5000 })
  const urls = ssrfHosts().flatMap((host) => [
    `http://${host}:${canary.port}/`,
    `https://${host}:${canary.port}/a.png?b#c`,
  ])
  const answers = await Promise.all(
    urls.map((url) => readRemote(url, async () => 'READ').catch((error) => error.code)),
  )
  return {
    urls: urls.length,
    refused: answers.filter((answer) => answer === 'SOURCE_REFUSED').length,
    unreachable: answers.filter((answer) => answer === 'SOURCE_UNREACHABLE').length,
    read: answers.filter((answer) => answer === 'READ').length,
    connections: canary.connections(),
  }
}
