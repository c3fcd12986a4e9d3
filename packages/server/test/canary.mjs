/** Starts a listener that counts connections. Tests use it to show that the server does not connect. @module */

import { once } from 'node:events'
import { createServer } from 'node:net'

const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi'

/**
 * @typedef {object} Canary
 * @property {number} port
 * @property {() => number} connections Connections so far.
 * @property {() => void} close
 */

/**
 * Starts a listener on one free port of every local address, IPv4 and IPv6.
 *
 * @returns {Promise<Canary>}
 */
export async function startCanary() {
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    socket.on('error', () => {})
    socket.end(ANSWER)
  })
  server.listen(0, '::')
  await once(server, 'listening').catch(async () => {
    // The machine has no IPv6.
    server.listen(0, '0.0.0.0')
    await once(server, 'listening')
  })
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('the canary has no port')
  return { port: address.port, connections: () => connections, close: () => void server.close() }
}
