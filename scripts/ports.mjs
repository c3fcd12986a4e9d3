/** Reads and checks the ports of the programs. @module */

import { connect, createServer } from 'node:net'

const HOST = '127.0.0.1'

/**
 * Returns the port from an environment variable.
 *
 * @param {string} variable
 * @param {number} fallback
 * @returns {number}
 * @throws Error if the variable is not a port number.
 */
export function portFrom(variable, fallback) {
  const text = process.env[variable]?.trim()
  if (text === undefined || text === '') return fallback
  const port = Number(text)
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port
  throw new Error(`${variable}=${text} is not a port: set ${variable} to a number from 1 to 65535.`)
}

/**
 * Returns true if a program can listen on this port of 127.0.0.1 now.
 *
 * @param {number} port
 * @returns {Promise<boolean>}
 */
export async function isFree(port) {
  // Some systems let a second program listen on 127.0.0.1 although another one listens on all
  // addresses.
  return !(await answers(port)) && (await canListen(port))
}

/** @param {number} port */
function answers(port) {
  return new Promise((resolve) => {
    const socket = connect({ host: HOST, port })
    socket.setTimeout(1000, () => socket.destroy())
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
    socket.on('close', () => resolve(false))
  })
}

/** @param {number} port */
function canListen(port) {
  return new Promise((resolve) => {
    const server = createServer()
    server.on('error', () => resolve(false))
    server.listen({ host: HOST, port }, () => server.close(() => resolve(true)))
  })
}
