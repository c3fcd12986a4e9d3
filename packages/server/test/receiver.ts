/** Starts a receiver of notifications that records and verifies deliveries, and answers as a test decides. @module */

import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { verifyWebhook } from '@countersign/protocol/signature'

/** One received notification. */
export interface Delivery {
  readonly eventId: string
  readonly timestamp: string
  readonly isSigned: boolean
  readonly headers: IncomingMessage['headers']
  /** Path and query of the request. */
  readonly path: string
  /** Body of the request, unchanged. */
  readonly body: string
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at whatever came
  readonly json: any
}

/** A running receiver. */
export interface Receiver {
  readonly url: string
  readonly deliveries: Delivery[]
  /** Answers a notification. @default 200 with the body `{}` */
  answer: (delivery: Delivery, response: ServerResponse) => void | Promise<void>
  close(): void
}

/** Starts a receiver on a free port or on a given port. */
export async function startReceiver(secret: string, port = 0): Promise<Receiver> {
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const delivery: Delivery = {
      eventId: String(request.headers['webhook-id']),
      timestamp: String(request.headers['webhook-timestamp']),
      isSigned: verifyWebhook({
        id: String(request.headers['webhook-id']),
        timestamp: String(request.headers['webhook-timestamp']),
        signature: String(request.headers['webhook-signature']),
        body,
        secret,
        nowSeconds: Math.floor(Date.now() / 1000),
      }).ok,
      headers: request.headers,
      path: request.url ?? '/',
      body,
      json: JSON.parse(body),
    }
    receiver.deliveries.push(delivery)
    await receiver.answer(delivery, response)
  })
  const receiver: Receiver = {
    url: '',
    deliveries: [],
    answer: (_delivery, response) => void response.end('{}'),
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const listening = typeof address === 'object' && address ? address.port : port
  return Object.assign(receiver, { url: `http://127.0.0.1:${listening}/hook` })
}
