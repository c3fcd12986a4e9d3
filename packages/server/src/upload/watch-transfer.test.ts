import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { DEFAULT_SERVER_LIMITS } from '../limits.js'
import {
  reasonToCut,
  type TransferLimits,
  type TransferState,
  watchTransfer,
} from './watch-transfer.js'

type Read = (request: IncomingMessage) => Promise<void>

const KIB = 1024
const state = (changes: Partial<TransferState>): TransferState => ({
  elapsedSeconds: 600,
  idleSeconds: 0,
  windowSeconds: 60,
  windowBytes: 60 * 16 * KIB,
  isServerBehind: false,
  ...changes,
})

describe('a transfer', () => {
  it.each([
    ['at the rate', {}, null],
    [
      'a byte below the rate',
      { windowBytes: 60 * 16 * KIB - 1 },
      /^fewer than 16384 bytes a second/,
    ],
    ['below the rate within the grace period', { windowSeconds: 30, windowBytes: 1 }, null],
    [
      'below the rate after the grace period',
      { windowSeconds: 30.1, windowBytes: 1 },
      /over 30 s$/,
    ],
    ['idle for 30 s', { idleSeconds: 30 }, null],
    ['idle for longer', { idleSeconds: 30.1 }, /30 s \(COUNTERSIGN_MAX_IDLE_SECONDS\)$/],
    ['that waits for the disk', { idleSeconds: 99, windowBytes: 1, isServerBehind: true }, null],
    ['that takes an hour', { elapsedSeconds: 3600 }, null],
    [
      'that takes longer than an hour',
      { elapsedSeconds: 3600.1 },
      /COUNTERSIGN_MAX_UPLOAD_SECONDS\)$/,
    ],
  ] as const)('%s is judged by the limits', (_, changes, reason) => {
    const judged = reasonToCut(state(changes), DEFAULT_SERVER_LIMITS)
    if (reason === null) expect(judged).toBeNull()
    else expect(judged).toMatch(reason)
  })

  it('may take longer if the limits are higher', () => {
    const limits = { ...DEFAULT_SERVER_LIMITS, maxIdleSeconds: 300, maxUploadSeconds: 7200 }
    expect(reasonToCut(state({ idleSeconds: 299 }), limits)).toBeNull()
    expect(reasonToCut(state({ elapsedSeconds: 7200 }), limits)).toBeNull()
  })
})

describe('a connection', () => {
  let socket: Socket | undefined
  afterEach(() => {
    vi.useRealTimers()
    socket?.destroy()
  })

  const flow: Read = async (request) => void request.resume().on('error', () => {})

  /** Sends the start of a body and then nothing. @returns The reason for which the connection was closed. */
  async function reasonAfter(
    limits: Partial<TransferLimits>,
    body: Buffer,
    read: Read = flow,
  ): Promise<unknown> {
    const reasons: string[] = []
    const server = createServer((request) => {
      watchTransfer(request, {
        limits: { ...DEFAULT_SERVER_LIMITS, ...limits },
        onCut: (reason) => reasons.push(reason),
        checkEveryMs: 20,
      })
      read(request).catch(() => {})
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = Object(server.address())
    socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9000000\r\n\r\n')
    socket.write(body)
    await once(socket, 'close')
    server.close()
    return reasons[0]
  }

  it('that sends no bytes is closed with the reason', async () => {
    const reason = await reasonAfter({ maxIdleSeconds: 0.05 }, Buffer.from('abc'))
    expect(reason).toMatch(/^no byte for more than 0.05 s/)
  })

  it('that sends no bytes is closed even if the body is read by iteration, like text', async () => {
    const iterate: Read = async (request) => {
      for await (const _ of request);
    }
    const reason = await reasonAfter({ maxIdleSeconds: 0.05 }, Buffer.from('{"a":'), iterate)
    expect(reason).toMatch(/^no byte for more than 0.05 s/)
  })

  it('stays open while its bytes wait for the server', async () => {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    socket = connect(Object(server.address()).port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9000000\r\n\r\nabc')
    const [request] = (await once(server, 'request')) as [IncomingMessage]
    request.on('error', () => {})
    await expect.poll(() => request.readableLength).toBe(3)
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] })
    const reasons: string[] = []
    const onCut = (reason: string) => void reasons.push(reason)
    const stop = watchTransfer(request, { limits: DEFAULT_SERVER_LIMITS, onCut })
    vi.advanceTimersByTime(600_000)
    expect(reasons).toEqual([])
    request.resume()
    await expect.poll(() => request.readableLength).toBe(0)
    vi.advanceTimersByTime(40_000)
    expect(reasons).toEqual([expect.stringMatching(/^no byte for more than 30 s/)])
    stop()
    server.close()
  })

  it('that starts fast and then stays below the rate is closed', async () => {
    const reason = await reasonAfter({ graceSeconds: 0.2 }, Buffer.alloc(1_000_000))
    expect(reason).toMatch(/^fewer than 16384 bytes a second over 0.2 s/)
  })
})
