/** A name that is public when it is checked and private when it is dialled, fetched many times. @module */

/**
 * @typedef {object} RebindingReport
 * @property {number} fetches
 * @property {number} lookups Questions to the name server: one a fetch, so that nothing is between the check and the dial.
 * @property {number} dialled Fetches that were let through, to a public address.
 * @property {number} read Fetches that brought a file.
 * @property {number} connections Connections that the canary saw meanwhile.
 */

/**
 * Fetch from a name server that answers public and loopback addresses in turn, as with a time to live of zero.
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
    // From the loopback address nothing leaves this machine: what is let through fails at once.
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
