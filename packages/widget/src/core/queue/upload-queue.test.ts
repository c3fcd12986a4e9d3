import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { discoveryBody, type FakeServer, startFakeServer } from '../../../testing/fake-server.js'
import { remoteUpload } from '../files/new-upload.js'
import type { RestoredUpload, ResumeKeeper } from '../resume/resume-record.js'
import { createUploadQueue } from './create-upload-queue.js'
import type { QueueChange, QueuePlatform, QueueSettings, UploadQueue } from './queue-contract.js'

let server: FakeServer
let queue: UploadQueue
let waits: number[]

beforeEach(async () => {
  server = await startFakeServer()
  waits = []
})

afterEach(async () => {
  vi.restoreAllMocks()
  queue.destroy()
  await server.close()
})

function start(settings: QueueSettings = {}, platform: QueuePlatform = {}): QueueChange[] {
  const changes: QueueChange[] = []
  queue = createUploadQueue(
    { signatureEndpoint: `${server.origin}/sign`, ...settings },
    {
      random: () => 1,
      wait: async (milliseconds) => {
        waits.push(milliseconds)
      },
      ...platform,
    },
  )
  queue.subscribe((change) => changes.push(change))
  return changes
}

function photo(name: string, size = 10): File {
  return new File([new Uint8Array(size)], name, { type: 'image/png', lastModified: 1 })
}

function ended(): Promise<void> {
  return until((change) => change.type === 'ended')
}

function until(isIt: (change: QueueChange) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = queue.subscribe((change) => {
      if (!isIt(change)) return
      stop()
      resolve()
    })
  })
}

function statuses(): string[] {
  return queue.items().map((item) => item.state.status)
}

describe('an upload', () => {
  it('sends the signed fields before the file, to the address that the endpoint answered', async () => {
    const changes = start({ params: { tags: 'a' } })
    const end = ended()
    await queue.add([photo('über.png')])
    await end
    const [upload] = server.uploads
    expect(upload?.path).toBe('/v1_1/demo/auto/upload')
    expect(upload?.order.at(-1)).toBe('file')
    expect(upload?.fields).toMatchObject({
      folder: 'users/42',
      tags: 'a',
      signature: 'f'.repeat(64),
    })
    expect(upload).toMatchObject({ fileName: 'über.png', fileSize: 10 })
    const [item] = queue.items()
    expect(item?.state.status === 'done' && item.state.response.public_id).toBe('users/42/photo1')
    expect(changes.map(({ type }) => type)).toEqual([
      'added',
      'started',
      ...Array(changes.length - 3).fill('changed'),
      'ended',
    ])
  })

  it('fetches the limits of the endpoint once', async () => {
    start()
    const end = ended()
    await queue.add([photo('a.png'), photo('b.png')])
    await end
    expect(server.discoveries).toBe(1)
    expect(server.signings).toHaveLength(2)
  })

  it('runs three uploads in parallel', async () => {
    let running = 0
    let most = 0
    let open: () => void = () => undefined
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    const { upload } = server
    server.upload = async (received) => {
      running += 1
      most = Math.max(most, running)
      // A fourth upload would start before the third is answered.
      if (running === 3) open()
      await gate
      running -= 1
      return upload(received)
    }
    start()
    const end = ended()
    await queue.add(['a', 'b', 'c', 'd', 'e'].map((name) => photo(`${name}.png`)))
    await end
    expect(most).toBe(3)
    expect(statuses()).toEqual(Array(5).fill('done'))
  })
})

describe('limits', () => {
  it('refuses a file before anything is sent', async () => {
    server.discovery = { body: discoveryBody(server.origin, { max_bytes: 5 }) }
    start()
    const { items } = await queue.add([photo('a.png')])
    expect(items[0]?.state).toMatchObject({
      status: 'refused',
      error: { message: 'Too large: 10 B. Choose a file up to 5 B.' },
    })
    expect([server.requests, server.discoveries]).toEqual([['POST /sign'], 1])
    expect(queue.isActive()).toBe(false)
  })

  it('keeps the first files and returns the others as leftOut', async () => {
    start({ maxFiles: 2 })
    const end = ended()
    const { items, leftOut } = await queue.add(['a', 'b', 'c'].map((name) => photo(`${name}.png`)))
    expect(items).toHaveLength(2)
    expect(leftOut.map(({ name }) => name)).toEqual(['c.png'])
    await end
  })

  it('does not add the same file twice', async () => {
    server.upload = () => new Promise(() => undefined)
    start()
    await queue.add([photo('a.png')])
    const { items, known } = await queue.add([photo('a.png')])
    expect(items).toEqual([])
    expect(known).toHaveLength(1)
  })
})

describe('a failure', () => {
  it('is retried after the server’s Retry-After, with a new signature and the same nonce', async () => {
    const { upload } = server
    server.upload = (received) =>
      server.uploads.length < 3
        ? { status: 503, headers: { 'retry-after': '2' }, body: {} }
        : upload(received)
    start()
    const end = ended()
    await queue.add([photo('a.png')])
    await end
    expect(statuses()).toEqual(['done'])
    expect(waits).toEqual([2000, 2000])
    expect(server.signings).toHaveLength(3)
    expect(new Set(server.uploads.map(({ fields }) => fields.nonce)).size).toBe(1)
  })

  it('of a running server is tried four times, then waits for Retry', async () => {
    server.upload = () => ({ status: 500, body: { error: { message: 'General Error' } } })
    start()
    const end = ended()
    await queue.add([photo('a.png')])
    await end
    expect(waits).toEqual([500, 1000, 2000])
    expect(queue.items()[0]?.state).toMatchObject({
      status: 'failed',
      isRetryable: true,
      error: { code: 'STORAGE_UNAVAILABLE', message: 'The server does not work right now.' },
    })
  })

  it.each([
    ['does not answer', null],
    ['is answered for by its proxy', { status: 502, body: '<h1>Bad gateway</h1>' }],
  ])(
    'of a server that %s for half a minute in the middle of a file is retried by itself',
    async (_, away) => {
      const { upload } = server
      const waitedMs = (): number => waits.reduce((sum, wait) => sum + wait, 0)
      let isAway = false
      server.upload = (received) => {
        if (isAway && waitedMs() < 30_000) return away
        // The server goes away after the first part.
        isAway = true
        return upload(received)
      }
      start({ maxChunkSize: 5_000_000 })
      const end = ended()
      await queue.add([photo('a.png', 12_000_000)])
      await end
      expect(statuses()).toEqual(['done'])
      // The queue retries soon after the server is back.
      expect(waitedMs()).toBeLessThan(40_000)
      expect(new Set(ranges()).size).toBe(3)
      expect(ranges().filter((range) => range?.startsWith('0-'))).toHaveLength(1)
    },
  )

  it('of a waiting upload is retried at once when a person asks', async () => {
    const { upload } = server
    server.upload = () => null
    start(
      {},
      {
        wait: (_, signal) =>
          new Promise((__, reject) =>
            signal.addEventListener('abort', () => reject(signal.reason)),
          ),
      },
    )
    const waiting = until(
      (change) =>
        change.type === 'changed' &&
        change.item.state.status === 'waiting' &&
        change.item.state.error !== undefined,
    )
    const { items } = await queue.add([photo('a.png')])
    await waiting
    server.upload = upload
    const end = ended()
    expect(queue.retry()).toEqual(items.map(({ id }) => id))
    await end
    expect(statuses()).toEqual(['done'])
  })

  it('to read a file that has changed is reported at once, and the file chosen again replaces it', async () => {
    class ChangedFile extends File {
      override slice(): Blob {
        return Object.assign(new Blob(), {
          arrayBuffer: () => Promise.reject(new DOMException('', 'NotReadableError')),
        })
      }
    }
    const { upload } = server
    server.upload = () => null
    start()
    let end = ended()
    await queue.add([new ChangedFile([new Uint8Array(10)], 'a.png', { type: 'image/png' })])
    await end
    expect(waits).toEqual([])
    expect(queue.items()[0]?.state).toMatchObject({
      status: 'failed',
      isRetryable: false,
      error: { code: 'FILE_CHANGED', message: 'The file has changed. Choose it again.' },
    })
    server.upload = upload
    end = ended()
    await queue.add([photo('a.png', 12)])
    await end
    expect(statuses()).toEqual(['done'])
  })

  it('of the connection keeps the progress on show until the browser is online', async () => {
    start(
      { maxChunkSize: 5_000_000 },
      {
        connection: {
          isOnline: () => false,
          whenOnline: (signal) =>
            new Promise((_, reject) => {
              signal.onabort = () => reject(signal.reason)
            }),
        },
        transport: async ({ onProgress }) => {
          onProgress(3_000_000, 5_000_000)
          throw new TypeError('net::ERR_INTERNET_DISCONNECTED')
        },
      },
    )
    const paused = until(
      (change) => change.type === 'changed' && change.item.state.status === 'paused',
    )
    await queue.add([photo('a.png', 12_000_000)])
    await paused
    expect(queue.items()[0]?.state).toEqual({
      status: 'paused',
      reason: 'offline',
      sentBytes: 3_000_000,
    })
  })

  it('of an unreachable server waits for Retry after two minutes', async () => {
    server.upload = () => null
    start()
    let end = ended()
    await queue.add([photo('a.png')])
    await end
    const waitedMs = waits.reduce((sum, wait) => sum + wait, 0)
    expect(waitedMs).toBeGreaterThanOrEqual(120_000)
    expect(waitedMs).toBeLessThan(130_000)
    expect(queue.items()[0]?.state).toMatchObject({
      status: 'failed',
      isRetryable: true,
      error: {
        code: 'CONNECTION_LOST',
        message: 'Cannot reach the upload server.',
        details: {
          detail: `Is \`countersign dev\` running at ${server.origin}?`,
        },
      },
    })
    const { signings } = server
    server.upload = () => ({ body: { public_id: 'x' } })
    end = ended()
    expect(queue.retry()).toEqual([queue.items()[0]?.id])
    await end
    expect(statuses()).toEqual(['done'])
    expect(new Set(signings.map(({ nonce }) => nonce)).size).toBe(1)
  })

  it.each([
    [400, 'Invalid image file', 'IMAGE_INVALID', 'This is not a picture we can open.'],
    [
      400,
      'The file’s type says image/png, its content is text/html',
      'IMAGE_INVALID',
      'This is not a picture we can open.',
    ],
    [
      400,
      'Unsupported video format or file',
      'ASSET_TYPE_REFUSED',
      'This is not a video we can open.',
    ],
    [
      400,
      'Image file format gif not allowed: preset photos accepts image/png (accept)',
      'ASSET_TYPE_REFUSED',
      'Files of this type are not accepted.',
    ],
    [
      400,
      'Raw files are not allowed: preset photos takes image only (resource_types)',
      'IMAGE_INVALID',
      'This is not a picture we can open.',
    ],
    [
      400,
      'File size too large. Got 300000000. Maximum is 100000000. The limit is set by the preset photos (max_bytes)',
      'ASSET_TOO_LARGE',
      'Too large: 300 MB. Choose a file up to 100 MB.',
    ],
    [
      400,
      'Maximum image size is 25 Megapixels. Got 30 Megapixels. The limit is set by the preset photos (max_pixels)',
      'ASSET_TOO_LARGE',
      'This file is too large. Choose a smaller one.',
    ],
    [413, '<h1>nginx</h1>', 'ASSET_TOO_LARGE', 'This file is too large. Choose a smaller one.'],
    [
      400,
      'Raw file format octet-stream not allowed: preset photos accepts image/png (accept)',
      'IMAGE_INVALID',
      'This is not a picture we can open.',
    ],
    [400, 'Empty file', 'FILE_EMPTY', 'This file is empty. Choose another one.'],
    [
      400,
      'Error in loading https://intranet/a.jpg - 403 Forbidden',
      'SOURCE_UNREACHABLE',
      'Nothing was found at this address. Check it, then try again.',
    ],
    [400, 'Invalid face_coordinates 1,2', 'PARAM_INVALID', 'This file could not be uploaded.'],
  ])(
    '%d "%s" is %s to the app, and one sentence about the file to people',
    async (status, message, code, sentence) => {
      const log = vi.spyOn(console, 'error').mockImplementation(() => undefined)
      server.upload = () => ({ status, body: { error: { message } } })
      start()
      const end = ended()
      await queue.add([photo('a.png')])
      await end
      expect(queue.items()[0]?.state).toMatchObject({
        status: 'failed',
        isRetryable: code === 'SOURCE_UNREACHABLE',
        error: { code, message: sentence, details: { detail: message } },
      })
      expect(server.uploads).toHaveLength(1)
      expect(log.mock.calls).toEqual([
        [`[countersign] ${message} · POST ${server.origin}/v1_1/demo/auto/upload · ${status}`],
      ])
    },
  )

  it.each([
    [401, "Invalid Signature 0f. String to sign - 'timestamp=1'.", 'UNAUTHORIZED'],
    [
      400,
      'Stale request - reported time is 2024-01-01 which is more than 1 hour ago',
      'PARAM_INVALID',
    ],
    [400, 'Upload preset not found', 'PARAM_INVALID'],
    [401, 'Unknown API key 123', 'UNAUTHORIZED'],
    [404, 'No such page', 'PARAM_INVALID'],
  ])('%d "%s" says that uploads do not work right now', async (status, message, code) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    server.upload = () => ({ status, body: { error: { message } } })
    start()
    const end = ended()
    await queue.add([photo('a.png')])
    await end
    expect(queue.items()[0]?.state).toMatchObject({
      status: 'failed',
      isRetryable: true,
      error: {
        code,
        message: 'Uploads do not work right now. Please try again later.',
        details: { detail: message, isConfiguration: true },
      },
    })
    expect(log.mock.calls[0]?.[0]).toContain(`[countersign] ${message}`)
  })

  it('of an unsigned preset names the option to set', async () => {
    const message = 'Upload preset must be whitelisted for unsigned uploads'
    server.upload = () => ({ status: 400, body: { error: { message } } })
    start({
      signatureEndpoint: undefined,
      uploadPrefix: server.origin,
      cloudName: 'demo',
      params: { upload_preset: 'p' },
    })
    const end = ended()
    await queue.add([photo('a.png')])
    await end
    expect(queue.items()[0]?.state).toMatchObject({ error: { details: { isConfiguration: true } } })
  })
})

describe('cancel, retry and remove', () => {
  it('cancels one upload and continues with the next', async () => {
    const { upload } = server
    server.upload = (received) =>
      received.fileName === 'a.png' ? new Promise(() => undefined) : upload(received)
    start({ maxParallelUploads: 1 })
    const end = ended()
    const { items } = await queue.add([photo('a.png'), photo('b.png')])
    const [first] = items
    if (first) queue.cancel([first.id])
    await end
    expect(statuses()).toEqual(['cancelled', 'done'])
  })

  it('cancels every unfinished upload', async () => {
    server.upload = () => new Promise(() => undefined)
    start()
    await queue.add([photo('a.png'), photo('b.png'), photo('c.png'), photo('d.png')])
    expect(queue.cancel()).toHaveLength(4)
    expect(statuses()).toEqual(Array(4).fill('cancelled'))
    expect(queue.isActive()).toBe(false)
  })

  it('restarts a canceled upload by its id', async () => {
    start()
    const { items } = await queue.add([photo('a.png')])
    queue.cancel()
    const end = ended()
    queue.retry(items.map(({ id }) => id))
    await end
    expect(statuses()).toEqual(['done'])
  })

  it('removes a file', async () => {
    server.upload = () => new Promise(() => undefined)
    start()
    const { items } = await queue.add([photo('a.png')])
    const end = ended()
    queue.remove(items[0]?.id ?? '')
    await end
    expect(queue.items()).toEqual([])
  })

  it('notifies no listener once destroyed', async () => {
    const changes = start()
    const adding = queue.add([photo('a.png')])
    queue.destroy()
    await adding
    expect(changes).toEqual([])
    expect(queue.items()).toEqual([])
  })
})

function ranges(): (string | undefined)[] {
  return server.uploads.map(({ headers }) => headers['content-range']?.replace('bytes ', ''))
}

describe('a large file', () => {
  it('is sent in parts: first part alone, last part last, all with one id and the real total', async () => {
    start({ maxChunkSize: 5_000_000 })
    const end = ended()
    await queue.add([photo('a.png', 12_000_000)])
    await end
    expect(ranges()).toEqual([
      '0-4999999/12000000',
      '5000000-9999999/12000000',
      '10000000-11999999/12000000',
    ])
    const ids = server.uploads.map(({ headers }) => headers['x-unique-upload-id'])
    expect(new Set(ids).size).toBe(1)
    expect(server.uploads.map(({ fields }) => fields.nonce)).toEqual(ids)
    expect(statuses()).toEqual(['done'])
  })

  it('sends its middle parts in parallel, under one signature', async () => {
    const { upload } = server
    let running = 0
    let most = 0
    let open: () => void = () => undefined
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    server.upload = async (received) => {
      running += 1
      most = Math.max(most, running)
      const [first = ''] = received.headers['content-range']?.match(/\d+/) ?? []
      // The first and the last part go alone, and the middle parts wait for each other.
      if (first === '0' || first === '20000000') expect(running).toBe(1)
      else if (running === 3) open()
      else await gate
      running -= 1
      return upload(received)
    }
    start({ maxChunkSize: 5_000_000 })
    const end = ended()
    await queue.add([photo('a.png', 21_000_000)])
    await end
    expect(most).toBe(3)
    expect(server.signings).toHaveLength(1)
    expect(statuses()).toEqual(['done'])
  })

  it('gets a new signature when the old one is half an hour old', async () => {
    let now = 1_700_000_000_000
    const { upload } = server
    server.upload = (received) => {
      now += 31 * 60_000
      return upload(received)
    }
    start({ maxChunkSize: 5_000_000 }, { now: () => now })
    const end = ended()
    await queue.add([photo('a.png', 12_000_000)])
    await end
    expect(server.signings).toHaveLength(3)
    expect(new Set(server.signings.map(({ nonce }) => nonce)).size).toBe(1)
  })

  it('resends only the lost part', async () => {
    const { upload } = server
    server.upload = (received) => (server.uploads.length === 2 ? null : upload(received))
    start({ maxChunkSize: 5_000_000 })
    const end = ended()
    await queue.add([photo('a.png', 12_000_000)])
    await end
    const starts = ranges().map((range) => range?.split('-')[0])
    expect(starts).toEqual(['0', '5000000', '5000000', '10000000'])
  })

  it('counts every byte once, even with parallel parts', async () => {
    const changes = start({ maxChunkSize: 5_000_000 })
    const end = ended()
    await queue.add([photo('a.png', 21_000_000)])
    await end
    const sent = changes.flatMap((change) =>
      change.type === 'changed' && change.item.state.status === 'uploading'
        ? [change.item.state.sentBytes]
        : [],
    )
    expect(Math.max(...sent)).toBeLessThanOrEqual(21_000_000)
    expect(sent).toContain(20_000_000)
  })

  it('stops all parts when one is refused', async () => {
    const { upload } = server
    server.upload = (received) =>
      received.headers['content-range']?.startsWith('bytes 5000000-')
        ? { status: 400, body: { error: { message: 'No' } } }
        : upload(received)
    start({ maxChunkSize: 5_000_000 })
    const end = ended()
    await queue.add([photo('a.png', 21_000_000)])
    await end
    expect(statuses()).toEqual(['failed'])
    expect(ranges()).not.toContain('20000000-20999999/21000000')
  })

  it('is never cut into parts smaller than the protocol allows', async () => {
    start({ maxChunkSize: 10 })
    const end = ended()
    await queue.add([photo('a.png', 4_000_000)])
    await end
    expect(server.uploads).toHaveLength(1)
    expect(server.uploads[0]?.headers['content-range']).toBeUndefined()
  })
})

describe('pausing', () => {
  it('stops running uploads, and continues with the parts that the server does not have', async () => {
    const { upload } = server
    server.upload = (received) =>
      received.headers['content-range']?.startsWith('bytes 5000000-') && server.uploads.length === 2
        ? new Promise(() => undefined)
        : upload(received)
    start({ maxChunkSize: 5_000_000 })
    await queue.add([photo('a.png', 12_000_000)])
    await expect.poll(() => server.uploads.length).toBe(2)
    expect(queue.pause()).toHaveLength(1)
    expect(queue.items()[0]?.state).toEqual({
      status: 'paused',
      reason: 'person',
      sentBytes: 5_000_000,
    })
    expect(queue.isActive()).toBe(true)
    const end = ended()
    expect(queue.resume()).toHaveLength(1)
    await end
    expect(ranges()[2]).toBe('5000000-9999999/12000000')
    expect(statuses()).toEqual(['done'])
  })

  it('waits while the browser is offline, without counting attempts', async () => {
    let isOnline = false
    let comeBack: () => void = () => undefined
    const { upload } = server
    server.upload = (received) => (isOnline ? upload(received) : null)
    start(
      {},
      {
        connection: {
          isOnline: () => isOnline,
          whenOnline: () =>
            new Promise((resolve) => {
              comeBack = resolve
            }),
        },
      },
    )
    const end = ended()
    const offline = until(({ type }) => type === 'changed' && statuses()[0] === 'paused')
    await queue.add([photo('a.png')])
    await offline
    expect(queue.items()[0]?.state).toMatchObject({ reason: 'offline' })
    isOnline = true
    comeBack()
    await end
    expect(waits).toEqual([])
    expect(statuses()).toEqual(['done'])
  })
})

describe('autoUpload: false', () => {
  it('sends nothing before start', async () => {
    const changes = start({ autoUpload: false })
    await queue.add([photo('a.png'), photo('b.png')])
    expect(statuses()).toEqual(['ready', 'ready'])
    expect(queue.isActive()).toBe(false)
    expect(changes.map(({ type }) => type)).toEqual(['added'])
    const end = ended()
    expect(queue.start()).toHaveLength(2)
    await end
    expect(statuses()).toEqual(['done', 'done'])
  })
})

describe('the result of prepareFile', () => {
  it('is checked, signed and sent', async () => {
    start({
      maxFileSize: 10,
      prepareFile: async ({ file }) => ({
        file: new File(['small'], `small-${file.name}`),
        params: { custom_coordinates: '0,0,1,1' },
      }),
    })
    const end = ended()
    await queue.add([photo('a.png', 1000)])
    await end
    expect(server.uploads[0]).toMatchObject({ fileName: 'small-a.png', fileSize: 5 })
    expect(server.signings[0]?.paramsToSign).toMatchObject({ custom_coordinates: '0,0,1,1' })
    expect(queue.items()[0]).toMatchObject({ bytes: 5, state: { status: 'done' } })
  })

  it('is refused if it is still too large', async () => {
    start({ maxFileSize: 10, prepareFile: async (upload) => upload })
    const end = ended()
    await queue.add([photo('a.png', 1000)])
    await end
    expect(queue.items()[0]?.state).toMatchObject({
      status: 'refused',
      error: { message: 'Too large: 1 KB. Choose a file up to 10 B.' },
    })
    expect([server.requests, server.discoveries]).toEqual([['POST /sign'], 1])
  })

  it('is not awaited for a file that is not an image, which is refused at once', async () => {
    start({ maxFileSize: 10, prepareFile: async (upload) => upload })
    const { items } = await queue.add([new File(['x'.repeat(11)], 'a.txt')])
    expect(items[0]?.state.status).toBe('refused')
  })
})

describe('a remote file', () => {
  it('is signed like any other file and sent as its address', async () => {
    start()
    const end = ended()
    const { known } = await queue.add([remoteUpload('https://example.com/a.jpg')])
    expect(known).toEqual([])
    await end
    expect(server.uploads[0]?.fields).toMatchObject({
      file: 'https://example.com/a.jpg',
      signature: 'f'.repeat(64),
    })
    expect(queue.items()[0]).toMatchObject({ bytes: 0, state: { status: 'done' } })
  })
})

describe('an upload of an earlier visit', () => {
  const bytes = new Uint8Array(12_000_000)
  const file = new File([bytes], 'a.png', { type: 'image/png', lastModified: 1 })
  const nonce = 'a'.repeat(32)

  function keeperOf(upload: Partial<RestoredUpload>): ResumeKeeper & { log: string[] } {
    const log: string[] = []
    return {
      log,
      keep: async (kept) => {
        log.push(`keep ${kept.nonce} ${kept.chunkBytes} ${kept.uploadUrl}`)
      },
      forget: async (forgotten) => {
        log.push(`forget ${forgotten}`)
      },
      restore: async () => [
        {
          nonce,
          file,
          isFileNeeded: false,
          bytes: file.size,
          params: {},
          chunkBytes: 5_000_000,
          uploadUrl: `${server.origin}/v1_1/demo`,
          userTag: null,
          received: [[0, 4_999_999]],
          response: undefined,
          ...upload,
        },
      ],
      isSameFile: async (_nonce, other) => other.size === file.size,
      release: () => log.push('release'),
    }
  }

  it('sends only the missing parts, and is deleted from the store when it is done', async () => {
    const keeper = keeperOf({})
    start({}, { loadResume: async () => keeper })
    const end = ended()
    const [item] = await queue.restore()
    expect(item).toMatchObject({ bytes: file.size })
    await end
    expect(ranges()).toEqual(['5000000-9999999/12000000', '10000000-11999999/12000000'])
    expect(server.uploads[0]?.fields.nonce).toBe(nonce)
    await expect.poll(() => keeper.log).toEqual([`forget ${nonce}`])
    expect(statuses()).toEqual(['done'])
  })

  it('waits for its file if the browser no longer has it, and recognizes that file', async () => {
    const stub = new File([], 'a.png', { lastModified: 1 })
    const keeper = keeperOf({ file: stub, isFileNeeded: true })
    start({}, { loadResume: async () => keeper })
    await queue.restore()
    expect(queue.items()[0]?.state).toEqual({ status: 'file-needed', sentBytes: 5_000_000 })
    const end = ended()
    const { items, known } = await queue.add([file])
    expect([items, known]).toEqual([[], []])
    await end
    expect(ranges()).toEqual(['5000000-9999999/12000000', '10000000-11999999/12000000'])
  })

  it('is reported as done if it finished after the page was closed', async () => {
    start({}, { loadResume: async () => keeperOf({ response: { public_id: 'x' } }) })
    await queue.restore()
    expect(queue.items()[0]?.state).toMatchObject({
      status: 'done',
      response: { public_id: 'x' },
      completionUrl: `${server.origin}/v1_1/demo/completions/${nonce}`,
    })
    expect(server.uploads).toEqual([])
  })

  it('is stored from its first part on, and released when the queue is destroyed', async () => {
    const keeper = keeperOf({})
    const { upload } = server
    server.upload = (received) =>
      server.uploads.length > 1 ? new Promise(() => undefined) : upload(received)
    start({ maxChunkSize: 5_000_000 }, { loadResume: async () => keeper })
    await queue.add([photo('b.png', 12_000_000)])
    await expect.poll(() => keeper.log.length).toBe(1)
    expect(keeper.log[0]).toMatch(/^keep [0-9a-f]{32} 5000000 http.*\/v1_1\/demo$/)
    queue.destroy()
    await expect.poll(() => keeper.log.at(-1)).toBe('release')
    expect(keeper.log).toHaveLength(2)
  })
})

describe('addresses', () => {
  it('are reported once if uploads go to the protocol’s default host', async () => {
    const told: string[] = []
    queue = createUploadQueue(
      { cloudName: 'demo', params: { upload_preset: 'open' } },
      {
        onDefaultHost: (url) => told.push(url),
        transport: async () => ({ status: 200, text: '{"public_id":"x"}', retryAfter: null }),
      },
    )
    const end = ended()
    await queue.add([photo('a.png'), photo('b.png')])
    await end
    expect(told).toEqual(['https://api.cloudinary.com/v1_1/demo'])
  })

  it('are required for a dev- cloud', async () => {
    start({ signatureEndpoint: undefined, cloudName: 'dev-1', params: { upload_preset: 'open' } })
    const end = ended()
    await queue.add([photo('a.png')])
    await end
    expect(queue.items()[0]?.state).toMatchObject({
      status: 'failed',
      error: { code: 'CONFIG_INVALID' },
    })
  })
})
