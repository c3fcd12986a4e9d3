/** Tests DNS rebinding: fetches a host name many times that resolves to public and private addresses in turn. @module */

/**
 * @typedef {object} RebindingReport
 * @property {number} fetches
 * @property {number} lookups DNS look-ups. One per fetch shows that the checked address is the dialled one.
 * @property {number} dialled Fetches that passed the check, with a public address.
 * @property {number} read Fetches that returned a file.
 * @property {number} connections Connections to the canary during the fetches.
 */

/**
 * Fetches from a host whose name resolves to a public and a loopback address in turn, as with a TTL of zero.
 *
 * @param {object} options
 * @param {number} options.fetches
 * @param {import('./canary.mjs').Canary} options.canary
 * @param {typeof import('../src/remote/dialler.js').createDialler} options.createDialler
 * @param {typeof import('../src/remote/read-remote.js').createRemoteReader} options.createRemoteReader
 * @returns {Promise<RebindingReport>}
 */
export async function fetchRebinding({ fetches, canary, createDialler, createRemoteReader }) {
  const before = canary.connections()
  let lookups = 0
  const dialler = createDialler({
    connectTimeoutMs: 2000,
    ports: [canary.port],
    // Connections from the loopback address cannot leave this machine, so an allowed fetch fails at once.
    localAddress: '127.0.0.1',
    resolveHost: async () => (lookups++ % 2 === 0 ? ['8.8.8.8'] : ['127.0.0.1']),
  })
  const readRemote = createRemoteReader(dialler, { maxRedirects: 3, totalTimeoutMs: 10_000 })
  let dialled = 0
  let read = 0
  for (let number = 0; number < fetches; number++) {
    await readRemote(`http://rebind.test:${canary.port}/${number}`, async () => {
      read += 1
    }).catch((error) => {
      if (String(error.message).endsWith('ERR_CONNECT_FAIL 0')) dialled += 1
    })
  }
  return { fetches, lookups, dialled, read, connections: canary.connections() - before }
}
