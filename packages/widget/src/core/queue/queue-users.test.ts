import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  discoveryBody,
  type FakeServer,
  mergeAnswer,
  startFakeServer,
} from '../../../testing/fake-server.js'
import type { RestoredUpload, ResumableUpload, ResumeKeeper } from '../resume/resume-record.js'
import { createUploadQueue } from './create-upload-queue.js'
import type { QueueChange, QueuePlatform, QueueSettings, UploadQueue } from './queue-contract.js'

const ALICE = 'aaaaaaaaaaaaaaaa'
const BOB = 'bbbbbbbbbbbbbbbb'

let server: FakeServer
let queue: UploadQueue
let changes: QueueChange[]
/** The signed-in user; `undefined` without one. */
let user: string | undefined
let nowMs: number

beforeEach(async () => {
  server = await startFakeServer()
  server.sign = (body) => (user === undefined ? signedOut : { body: mergeFor(body, user) })
  signIn(ALICE)
  nowMs = 1_000_000
})

afterEach(async () => {
  queue.destroy()
  await server.close()
})

const signedOut = { status: 401, body: { error: { code: 'unauthorized', message: 'no' } } }

function mergeFor(body: Record<string, unknown>, tag: string): object {
  const answer = mergeAnswer(server.origin, body) as { params: object }
  return { ...answer, user_tag: tag, params: { ...answer.params, user_tag: tag } }
}

function signIn(tag: string | undefined): void {
  user = tag
  server.discovery =
    tag === undefined ? signedOut : { body: { ...discoveryBody(server.origin), user_tag: tag } }
}

function start(settings: QueueSettings = {}, platform: QueuePlatform = {}): void {
  changes = []
  queue = createUploadQueue(
    { signatureEndpoint: `${server.origin}/sign`, ...settings },
    { random: () => 1, wait: async () => undefined, now: () => nowMs, ...platform },
  )
  queue.subscribe((change) => changes.push(change))
}

function photo(name: string, size = 10): File {
  return new File([new Uint8Array(size)], name, { type: 'image/png', lastModified: 1 })
}

function until(type: QueueChange['type']): Promise<QueueChange> {
  return new Promise((resolve) => {
    const stop = queue.subscribe((change) => {
      if (change.type !== type) return
      stop()
      resolve(change)
    })
  })
}

const statuses = (): string[] => queue.items().map(({ state }) => state.status)
const sentTags = (): Set<string | undefined> =>
  new Set(server.uploads.map(({ fields }) => fields.user_tag))

describe('when another user signs in', () => {
  it('a running queue stops, and neither reports nor lists files of the first user', async () => {
    server.upload = (received) => {
      // The session cookie changes while the first files are being sent.
      signIn(BOB)
      return { body: { public_id: received.fileName } }
    }
    start()
    const changed = until('user-changed')
    const end = until('ended')
    await queue.add(Array.from({ length: 20 }, (_, index) => photo(`alice-${index}.png`)))
    const { ids } = (await changed) as { ids: readonly string[] }
    expect(ids).toHaveLength(20)
    expect(await end).toEqual({ type: 'ended', items: [] })
    expect(queue.items()).toEqual([])
    expect(sentTags()).toEqual(new Set([ALICE]))
    const after = changes.slice(changes.findIndex(({ type }) => type === 'user-changed') + 1)
    expect(JSON.stringify(after)).not.toContain('alice')
  })

  it('a paused queue that is resumed sends nothing', async () => {
    server.upload = () => new Promise(() => undefined)
    start()
    await queue.add([photo('a.png')])
    await expect.poll(() => server.uploads.length).toBe(1)
    queue.pause()
    signIn(BOB)
    const changed = until('user-changed')
    queue.resume()
    await changed
    expect(queue.items()).toEqual([])
    expect(sentTags()).toEqual(new Set([ALICE]))
  })

  it('a failed upload that is retried is not sent', async () => {
    server.upload = () => ({ status: 503, body: {} })
    start()
    const end = until('ended')
    await queue.add([photo('a.png')])
    await end
    expect(statuses()).toEqual(['failed'])
    signIn(BOB)
    const changed = until('user-changed')
    queue.retry()
    await changed
    expect(sentTags()).toEqual(new Set([ALICE]))
  })

  it('the remaining parts are not sent after a new signature', async () => {
    server.upload = () => {
      signIn(BOB)
      nowMs += 31 * 60_000
      return { body: { done: false } }
    }
    start({ maxChunkSize: 5_000_000 })
    const changed = until('user-changed')
    await queue.add([photo('large.png', 12_000_000)])
    await changed
    expect(server.uploads).toHaveLength(1)
    expect(queue.isActive()).toBe(false)
  })

  it('files that the new user chooses are uploaded, under the new user’s presets', async () => {
    start({ autoUpload: false })
    await queue.add([photo('alice.png')])
    signIn(BOB)
    server.discovery = {
      body: { ...discoveryBody(server.origin, { max_bytes: 500 }), user_tag: BOB },
    }
    const changed = until('user-changed')
    queue.start()
    await changed
    await queue.discover()
    expect(queue.limits()).toEqual({ maxBytes: 500 })
    await queue.add([photo('bob.png')])
    const end = until('ended')
    queue.start()
    await end
    expect(server.uploads.map(({ fileName }) => fileName)).toEqual(['bob.png'])
    expect(sentTags()).toEqual(new Set([BOB]))
  })

  it('a file that is added half a minute later belongs to the new user at once', async () => {
    start()
    await queue.discover()
    signIn(BOB)
    nowMs += 30_001
    const end = until('ended')
    await queue.add([photo('bob.png')])
    await end
    expect(statuses()).toEqual(['done'])
    expect(sentTags()).toEqual(new Set([BOB]))
  })

  it('a late answer about the first user changes nothing', async () => {
    start()
    await queue.discover()
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const { sign } = server
    server.sign = async (body) => {
      const isFirst = server.signings.length === 1
      const answer = sign(body)
      if (isFirst) await held
      return answer
    }
    const changed = until('user-changed')
    await queue.add([photo('slow.png')])
    await expect.poll(() => server.signings.length).toBe(1)
    signIn(BOB)
    await queue.add([photo('other.png')])
    await changed
    release()
    await queue.discover()
    const end = until('ended')
    await queue.add([photo('bob.png')])
    await end
    expect(server.uploads.map(({ fileName }) => fileName)).toEqual(['bob.png'])
  })
})

describe('a user who signs out and comes back', () => {
  it('continues with the same files', async () => {
    start()
    signIn(ALICE)
    await queue.discover()
    signIn(undefined)
    const failed = until('ended')
    await queue.add([photo('a.png')])
    await failed
    expect(statuses()).toEqual(['failed'])
    signIn(ALICE)
    const end = until('ended')
    queue.retry()
    await end
    expect(statuses()).toEqual(['done'])
  })

  it('finds no file sent if another user signed in', async () => {
    start()
    await queue.discover()
    signIn(undefined)
    const failed = until('ended')
    await queue.add([photo('a.png')])
    await failed
    signIn(BOB)
    const changed = until('user-changed')
    queue.retry()
    await changed
    expect(server.uploads).toEqual([])
  })
})

describe('an endpoint', () => {
  it('without GET names the user by its first signature', async () => {
    start()
    server.discovery = { status: 404, body: 'not here' }
    server.upload = (received) => {
      signIn(BOB)
      return { body: { public_id: received.fileName } }
    }
    const changed = until('user-changed')
    await queue.add(Array.from({ length: 20 }, (_, index) => photo(`${index}.png`)))
    await changed
    expect(sentTags()).toEqual(new Set([ALICE]))
  })

  it('that gives no tags uploads as before', async () => {
    start()
    server.discovery = { body: discoveryBody(server.origin) }
    server.sign = (body) => ({ body: mergeAnswer(server.origin, body) })
    const end = until('ended')
    await queue.add([photo('a.png'), photo('b.png')])
    await end
    expect(statuses()).toEqual(['done', 'done'])
  })

  it('that only signs works as before, whatever discovery says', async () => {
    start()
    server.sign = () => ({ body: { signature: 'f'.repeat(64), api_key: '1', cloud_name: 'demo' } })
    const end = until('ended')
    await queue.add([photo('a.png')])
    await end
    expect(statuses()).toEqual(['done'])
  })

  it('of the hosted service names the user beside the parameters', async () => {
    start()
    server.sign = (body) => ({
      body: {
        ...mergeAnswer(server.origin, body),
        user_tag: server.signings.length < 2 ? ALICE : BOB,
      },
    })
    const first = until('ended')
    await queue.add([photo('a.png')])
    await first
    const changed = until('user-changed')
    await queue.add([photo('b.png')])
    await changed
    expect(server.uploads.map(({ fileName }) => fileName)).toEqual(['a.png'])
  })

  it('that was upgraded after the files were chosen does not upload them', async () => {
    start({ autoUpload: false })
    server.discovery = { body: discoveryBody(server.origin) }
    await queue.add([photo('a.png')])
    const changed = until('user-changed')
    queue.start()
    await changed
    expect(server.uploads).toEqual([])
  })
})

describe('an upload of an earlier visit', () => {
  const file = new File([new Uint8Array(12_000_000)], 'a.png', { type: 'image/png' })

  /** A store of one upload, which returns only uploads of the requested tag. */
  function keeperOf(userTag: string | null): ResumeKeeper & {
    readonly asked: (string | null)[]
    readonly kept: ResumableUpload[]
    readonly released: (readonly string[] | undefined)[]
  } {
    const asked: (string | null)[] = []
    const kept: ResumableUpload[] = []
    const released: (readonly string[] | undefined)[] = []
    const upload: RestoredUpload = {
      nonce: 'c'.repeat(32),
      file,
      isFileNeeded: false,
      bytes: file.size,
      params: {},
      chunkBytes: 5_000_000,
      uploadUrl: `${server.origin}/v1_1/demo`,
      userTag,
      received: [[0, 4_999_999]],
      response: undefined,
    }
    return {
      asked,
      kept,
      released,
      keep: async (each) => void kept.push(each),
      forget: async () => undefined,
      restore: async (tag) => {
        asked.push(tag)
        return tag === userTag ? [upload] : []
      },
      isSameFile: async () => true,
      release: (nonces) => void released.push(nonces),
    }
  }

  it('is stored under the tag of its user, and released when another user signs in', async () => {
    const keeper = keeperOf(null)
    server.upload = () =>
      server.uploads.length === 1 ? { body: {} } : new Promise(() => undefined)
    start({ maxChunkSize: 5_000_000 }, { loadResume: async () => keeper })
    await queue.add([photo('large.png', 12_000_000)])
    await expect.poll(() => keeper.kept.map(({ userTag }) => userTag)).toEqual([ALICE])
    signIn(BOB)
    const changed = until('user-changed')
    await queue.add([photo('small.png')])
    await changed
    await expect.poll(() => keeper.released).toEqual([[keeper.kept[0]?.nonce, expect.any(String)]])
  })

  it('is restored for its own user only', async () => {
    const keeper = keeperOf(ALICE)
    signIn(BOB)
    start({}, { loadResume: async () => keeper })
    expect(await queue.restore()).toEqual([])
    expect(keeper.asked).toEqual([BOB])
    queue.destroy()
    signIn(ALICE)
    start({}, { loadResume: async () => keeper })
    const end = until('ended')
    expect(await queue.restore()).toHaveLength(1)
    await end
    expect(statuses()).toEqual(['done'])
  })

  it('is not sent if another user signed in after discovery', async () => {
    start({}, { loadResume: async () => keeperOf(ALICE) })
    await queue.discover()
    signIn(BOB)
    const changed = until('user-changed')
    await queue.restore()
    await changed
    expect(server.uploads).toEqual([])
    expect(queue.items()).toEqual([])
  })

  it('that began without a tag is not sent for a user with a tag', async () => {
    server.discovery = { status: 404, body: 'not here' }
    start({}, { loadResume: async () => keeperOf(null) })
    const changed = until('user-changed')
    await queue.restore()
    await changed
    expect(server.uploads).toEqual([])
  })

  it('starts again with a new nonce if the server no longer has it', async () => {
    const keeper = keeperOf(ALICE)
    const forgotten = async (tag: string | null) =>
      (await keeper.restore(tag, new AbortController().signal)).map((upload) => ({
        ...upload,
        nonce: undefined,
        received: [],
      }))
    start({}, { loadResume: async () => ({ ...keeper, restore: forgotten }) })
    const end = until('ended')
    await queue.restore()
    await end
    expect(server.uploads).toHaveLength(3)
    expect(server.uploads[0]?.fields.nonce).toMatch(/^[0-9a-f]{32}$/)
    expect(server.uploads[0]?.fields.nonce).not.toBe('c'.repeat(32))
  })
})
