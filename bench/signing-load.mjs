/**
 * Sends signing requests over persistent connections from a separate thread, for benchmarks of the
 * endpoint. @module
 */

import { Agent, request } from 'node:http'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

/**
 * @typedef {object} Load
 * @property {number} port Port of a server on this machine.
 * @property {string} [path]
 * @property {number} seconds
 * @property {number} connections
 */

if (!isMainThread && workerData?.isSigningLoad) await load(workerData)

/**
 * Measures answers per second.
 *
 * @param {Load} options
 * @returns {Promise<number>}
 */
export function measureRate(options) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), {
      workerData: { ...options, isSigningLoad: true },
    })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

/**
 * Returns the median.
 *
 * @param {readonly number[]} values
 */
export function median(values) {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** @param {Load} options */
async function load({ port, path = '/', seconds, connections }) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const endsAt = performance.now() + seconds * 1000
  let count = 0
  const client = async () => {
    while (performance.now() < endsAt) {
      await ask({ port, path, agent })
      count += 1
    }
  }
  await Promise.all(Array.from({ length: connections }, client))
  agent.destroy()
  parentPort?.postMessage(count / seconds)
}

/** @param {{ port: number, path: string, agent: Agent }} options */
function ask({ port, path, agent }) {
  const timestamp = Math.floor(Date.now() / 1000)
  const body = JSON.stringify({ paramsToSign: { timestamp, source: 'uw', folder: 'users/alice' } })
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': body.length,
      cookie: 'session=alice',
      origin: `http://127.0.0.1:${port}`,
      'sec-fetch-site': 'same-origin',
    }
    const sent = request(
      { port, path, host: '127.0.0.1', method: 'POST', agent, headers },
      (response) => {
        if (response.statusCode !== 200) reject(new Error(`answered ${response.statusCode}`))
        response.resume().on('end', resolve)
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}
