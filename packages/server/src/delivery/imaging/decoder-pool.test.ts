import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { parseTransformation } from '@countersign/protocol/transformation'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createQuadrants } from '../../../test/pictures.js'
import { DEFAULT_SERVER_LIMITS } from '../../limits.js'
import { createDecoderPool, type DecoderPool, type DecoderPoolOptions } from './decoder-pool.js'
import { planDerivative } from './plan.js'

const MIB = 1024 * 1024
/** An image that takes a decoder some hundred milliseconds, and 75 MB of memory in one piece. */
const LARGE = { width: 5000, height: 5000, channels: 3, background: 'teal' } as const

let folder: string
let small: string
let large: string
const pools: DecoderPool[] = []
const noted: string[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-decoders-'))
  small = join(folder, 'small')
  large = join(folder, 'large')
  await writeFile(small, await createQuadrants({ widthPx: 40, heightPx: 30 }))
  // Interlaced, so that no row is complete before the last pass.
  await sharp({ create: LARGE }).png({ progressive: true, compressionLevel: 1 }).toFile(large)
})
afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.close())))
afterAll(() => rm(folder, { recursive: true, force: true }))

function open(
  limits: Partial<DecoderPoolOptions['limits']> = {},
  options: Partial<DecoderPoolOptions> = {},
): DecoderPool {
  const note = (details: object) => void noted.push(JSON.stringify(details))
  const pool = createDecoderPool({
    limits: { ...DEFAULT_SERVER_LIMITS, maxDecoders: 1, ...limits },
    log: { warn: note, error: note },
    ...options,
  })
  pools.push(pool)
  return pool
}

const inspect = (pool: DecoderPool, path: string) => pool.inspect(path, { isDecoded: true })
const derive = async (pool: DecoderPool, path: string, name: string) => {
  const source = await pool.readHeader(path)
  const transformation = parseTransformation('w_20')
  const plan = planDerivative({ transformation, source, accept: 'base' })
  await pool.derive(path, { plan, outputPath: join(folder, name) })
}

/** Resolves when a process has ended, even if it is still a zombie. */
async function isGone(pid: number): Promise<void> {
  const look = () => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => 'gone')
  await expect.poll(look).toMatch(/^gone$|\) [ZX] /)
}

describe('a decoder', () => {
  it('is a process that starts with the first image and decodes the next ones too', async () => {
    const pool = open()
    expect(pool.pids()).toEqual([])
    expect(await inspect(pool, small)).toEqual({
      format: 'png',
      mimeType: 'image/png',
      widthPx: 40,
      heightPx: 30,
      pages: 1,
      hasAlpha: false,
    })
    const pids = pool.pids()
    expect(pids).toHaveLength(1)
    expect(pids).not.toContain(process.pid)
    await derive(pool, small, 'derived')
    expect(await sharp(join(folder, 'derived')).metadata()).toMatchObject({ width: 20, height: 15 })
    expect(pool.pids()).toEqual(pids)
  })

  it.runIf(process.platform === 'linux')(
    'has a memory limit, and neither the server’s environment nor its input',
    async () => {
      const pool = open({ maxDecoderBytes: 256 * MIB })
      await inspect(pool, small)
      const proc = `/proc/${pool.pids()[0]}`
      const limits = await readFile(`${proc}/limits`, 'utf8')
      expect(limits).toMatch(new RegExp(`^Max data size +${256 * MIB} +${256 * MIB} +bytes`, 'm'))
      const environment = (await readFile(`${proc}/environ`, 'utf8')).split('\0').filter(Boolean)
      expect(environment.map((entry) => entry.split('=')[0]).sort()).toEqual([
        'MALLOC_ARENA_MAX',
        'NODE_CHANNEL_FD',
        'NODE_CHANNEL_SERIALIZATION_MODE',
        'PWD',
        'UV_THREADPOOL_SIZE',
      ])
      expect(await readlink(`${proc}/fd/0`)).toBe('/dev/null')
      expect(await readlink(`${proc}/cwd`)).toBe('/')
    },
  )

  it.each([1, 2])('is one of at most %i, for any number of images', async (size) => {
    const pool = open({ maxDecoders: size })
    await Promise.all(Array.from({ length: size + 2 }, () => inspect(pool, small)))
    expect(pool.pids()).toHaveLength(size)
  })

  it('ends when it is idle, and another one decodes the next image', async () => {
    const pool = open({}, { idleSeconds: 0.05 })
    await inspect(pool, small)
    await expect.poll(() => pool.pids()).toEqual([])
    expect(await inspect(pool, small)).toMatchObject({ widthPx: 40 })
  })

  it('ends when the pool is closed, and later tasks are refused with RATE_LIMITED', async () => {
    const pool = open()
    await inspect(pool, small)
    const [pid = 0] = pool.pids()
    const interrupted = [inspect(pool, large), inspect(pool, small)]
    const refusals = interrupted.map((one) =>
      expect(one).rejects.toMatchObject({ code: 'RATE_LIMITED' }),
    )
    await pool.close()
    await isGone(pid)
    await Promise.all(refusals)
    await expect(inspect(pool, small)).rejects.toMatchObject({ code: 'RATE_LIMITED' })
  })

  it('that cannot start is reported as INTERNAL, not as an invalid image', async () => {
    // Too little memory for Node itself.
    const pool = open({ maxDecoderBytes: 4 * MIB })
    await expect(inspect(pool, small)).rejects.toMatchObject({ code: 'INTERNAL' })
    expect(noted.at(-1)).toContain('reason')
    expect(pool.pids()).toEqual([])
  })
})

describe('an image', () => {
  const survives = async (pool: DecoderPool, pid: number | undefined) => {
    expect(await inspect(pool, small)).toMatchObject({ widthPx: 40 })
    expect(pool.pids()).not.toContain(pid)
  }

  it.runIf(process.platform === 'linux')(
    'that needs too much memory is retried in a fresh decoder, then refused alone',
    async () => {
      const pool = open({ maxDecoderBytes: 128 * MIB })
      expect(await inspect(pool, small)).toMatchObject({ widthPx: 40 })
      const [pid] = pool.pids()
      const refused = expect(inspect(pool, large)).rejects.toMatchObject({
        code: 'IMAGE_INVALID',
        message: 'The image needs more than 128 MiB of memory (COUNTERSIGN_MAX_DECODER_BYTES)',
      })
      const isAnother = ([now]: readonly number[]) => now !== undefined && now !== pid
      await expect.poll(() => pool.pids()).toSatisfy(isAnother)
      await refused
      await survives(pool, pid)
    },
  )

  it('that takes too long is refused alone', async () => {
    const pool = open({ maxDecodeSeconds: 0.02 })
    const first = inspect(pool, large)
    const [pid = 0] = pool.pids()
    await expect(first).rejects.toMatchObject({
      code: 'IMAGE_INVALID',
      message: 'The image took longer than 0.02 seconds (COUNTERSIGN_MAX_DECODE_SECONDS)',
    })
    await isGone(pid)
    await survives(open(), pid)
  })

  it('that crashes its decoder is refused alone', async () => {
    const pool = open()
    await inspect(pool, small)
    const [pid = 0] = pool.pids()
    const refused = expect(inspect(pool, large)).rejects.toMatchObject({
      code: 'IMAGE_INVALID',
      message: 'Invalid image file: decoding it crashed the decoder',
    })
    process.kill(pid, 'SIGKILL')
    await refused
    expect(noted.at(-1)).toContain('"reason":"SIGKILL"')
    await survives(pool, pid)
  })

  it('is refused if the queue is full, unless an upload inspects it', async () => {
    const pool = open({ maxDecodeQueue: 2 })
    await inspect(pool, small)
    const running = inspect(pool, large)
    const source = { widthPx: 40, heightPx: 30, pages: 1, hasAlpha: false } as const
    const plan = planDerivative({
      transformation: parseTransformation('w_20'),
      source: { format: 'png', mimeType: 'image/png', ...source },
      accept: 'base',
    })
    const order = (name: string) => pool.derive(small, { plan, outputPath: join(folder, name) })
    const waiting = [order('one'), order('two')]
    await expect(order('three')).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      details: { retryAfterSeconds: 1 },
    })
    waiting.push(inspect(pool, small).then(() => {}))
    await Promise.all([running, ...waiting])
    await order('three')
  })

  it('that is missing is refused as invalid, and a derivative that cannot be written fails as INTERNAL', async () => {
    const pool = open()
    await expect(inspect(pool, join(folder, 'none'))).rejects.toMatchObject({
      code: 'IMAGE_INVALID',
    })
    await expect(derive(pool, small, 'none/derived')).rejects.toMatchObject({ code: 'INTERNAL' })
  })
})

describe('a program with decoders', () => {
  const module = JSON.stringify(
    new URL('../../../dist/delivery/imaging/decoder-pool.js', import.meta.url).href,
  )
  const start = (ending: string) => {
    const program = `
      const { createDecoderPool } = await import(${module})
      const limits = { maxDecoders: 1, maxDecodeQueue: 1, maxDecodeSeconds: 10, maxDecoderBytes: ${256 * MIB} }
      const pool = createDecoderPool({ limits, log: console })
      await pool.inspect(${JSON.stringify(small)})
      console.log(pool.pids()[0])
      ${ending}`
    return spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
  }

  /** Resolves with the decoder's process id; rejects when the program ends without printing it. */
  const decoderOf = async (program: ChildProcessByStdio<null, Readable, null>) => {
    for await (const line of createInterface(program.stdout)) return Number(line)
    throw new Error('the program ended before its decoder had a picture')
  }

  it('ends by itself, and its decoders end too', async () => {
    const program = start('')
    const ended = once(program, 'exit')
    const pid = await decoderOf(program)
    expect(await ended).toEqual([0, null])
    await isGone(pid)
  })

  it('ends its decoders when it is killed', async () => {
    const program = start(`void pool.inspect(${JSON.stringify(large)}, { isDecoded: true })`)
    const ended = once(program, 'exit')
    const pid = await decoderOf(program)
    program.kill('SIGKILL')
    await ended
    await isGone(pid)
  })
})
