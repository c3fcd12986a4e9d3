/** Serves the three hosts of Cloudinary to a test's browser from our media server. @module */

import { type IncomingMessage, request, type ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createSelfSignedCertificate } from './self-signed-certificate.js'

const OFFICIAL_HOSTS: readonly string[] = [
  'upload-widget.cloudinary.com',
  'api.cloudinary.com',
  'res.cloudinary.com',
]

/** A running stand-in for the official hosts. */
export interface OfficialHosts {
  /**
   * Value for Chromium's `--host-resolver-rules`. The three hosts resolve to the stand-in; no other
   * name of Cloudinary resolves.
   */
  readonly resolverRules: string
  /** Requested addresses in order, such as `res.cloudinary.com/demo/image/upload/cat.jpg`. */
  readonly requests: readonly string[]
  /** Stops the server. */
  stop(): Promise<void>
}

/**
 * Starts a TLS server that forwards requests to the media server.
 *
 * @param mediaServer Address of the media server, such as `http://127.0.0.1:8787`.
 */
export async function startOfficialHosts(mediaServer: string): Promise<OfficialHosts> {
  const requests: string[] = []
  const server = createServer(
    createSelfSignedCertificate('Countersign test'),
    (incoming, answer) => {
      requests.push(`${incoming.headers.host}${incoming.url}`)
      passOn(mediaServer, incoming, answer)
    },
  )
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const maps = OFFICIAL_HOSTS.map((host) => `MAP ${host}:443 127.0.0.1:${port}`)
  return {
    resolverRules: [...maps, 'MAP *.cloudinary.com ~NOTFOUND'].join(', '),
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function passOn(mediaServer: string, incoming: IncomingMessage, answer: ServerResponse): void {
  const { host: _host, ...headers } = incoming.headers
  const outgoing = request(
    new URL(incoming.url ?? '/', mediaServer),
    { method: incoming.method ?? 'GET', headers },
    (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    },
  )
  outgoing.on('error', (error) => {
    answer.writeHead(502).end(error.message)
  })
  incoming.pipe(outgoing)
}
