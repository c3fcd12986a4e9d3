/**
 * Reads metadata of untrusted files in a worker thread with limited memory. The server can stop the thread if a parser takes too long.
 * @module
 */

import { type FileHandle, open } from 'node:fs/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { type ImageTags, readImageTags } from './image-tags.js'
import type { MediaTrack } from './media-properties.js'
import { countPdfPages } from './pdf-pages.js'

/** Request to the thread. The thread reads one file at a time. */
export interface MetadataRequest {
  readonly subject: 'media' | 'image' | 'pdf'
  /** Path of a local file. */
  readonly path: string
}

/** Reply of the thread. `absent` names a required package that is not installed. */
export type MetadataReply =
  | { readonly tracks: readonly MediaTrack[] }
  | { readonly tags: ImageTags }
  | { readonly pages: number | null }
  | { readonly absent: string }
  | { readonly failure: string }

/** Settings of the thread. */
export interface MetadataWorkerData {
  /** Name of the package that reads video and audio files. */
  readonly mediaLibrary: string
  /** Maximum bytes of WebAssembly memory. */
  readonly maxMemoryBytes: number
}

/** Maximum bytes to read of one video. Its indexes and a few samples are enough. */
const MAX_MEDIA_BYTES = 128 * 1024 * 1024
/** Number of first bytes of an image that are searched for tags. */
const MAX_IMAGE_BYTES = 64 * 1024 * 1024
const CHUNK_BYTES = 256 * 1024
const PAGE_BYTES = 65_536

const { mediaLibrary, maxMemoryBytes } = workerData as MetadataWorkerData

type MediaInfoModule = typeof import('mediainfo.js')
type Reader = Awaited<ReturnType<typeof createReader>>
let reader: Promise<Reader> | undefined

capMemory(maxMemoryBytes)
parentPort?.on('message', (request: MetadataRequest) => {
  answer(request)
    .catch((error): MetadataReply => ({ failure: String(error?.message ?? error).slice(0, 500) }))
    .then((reply) => parentPort?.postMessage(reply))
})

async function answer({ subject, path }: MetadataRequest): Promise<MetadataReply> {
  const library = subject === 'media' ? mediaLibrary : 'exifreader'
  const file = await open(path, 'r')
  try {
    switch (subject) {
      case 'media':
        return { tracks: await readTracks(file) }
      case 'image':
        return { tags: await readImageTags(await readHead(file)) }
      case 'pdf':
        return { pages: await readPages(file) }
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException)?.code === 'ERR_MODULE_NOT_FOUND')
      return { absent: library }
    throw error
  } finally {
    await file.close()
  }
}

async function readPages(file: FileHandle): Promise<number | null> {
  const { size } = await file.stat()
  return countPdfPages({
    size,
    async read(offset, length) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset)
      return buffer.subarray(0, bytesRead)
    },
  })
}

async function readTracks(file: FileHandle): Promise<readonly MediaTrack[]> {
  reader ??= createReader()
  const mediaInfo = await reader
  const { size } = await file.stat()
  let total = 0
  const { media } = await mediaInfo.analyzeData(size, async (length, offset) => {
    total += length
    if (total > MAX_MEDIA_BYTES) throw new Error('the index is spread over too many bytes')
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset)
    return buffer.subarray(0, bytesRead)
  })
  return (media?.track ?? []) as unknown as readonly MediaTrack[]
}

// Kept after the first video, because compiling the library takes longer than reading a file.
async function createReader() {
  const { default: mediaInfoFactory } = (await import(mediaLibrary)) as MediaInfoModule
  return mediaInfoFactory({ format: 'object', chunkSize: CHUNK_BYTES, coverData: false })
}

async function readHead(file: FileHandle): Promise<Buffer> {
  const length = Math.min((await file.stat()).size, MAX_IMAGE_BYTES)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0)
  return buffer.subarray(0, bytesRead)
}

interface WasmMemory {
  readonly buffer: ArrayBuffer
  grow(pages: number): number
}

/** Limits WebAssembly memory, which the thread's resource limits do not count. Such memory grows only through the replaced method. */
function capMemory(maxBytes: number): void {
  const { WebAssembly } = globalThis as unknown as {
    WebAssembly: { Memory: { prototype: WasmMemory } }
  }
  const { prototype } = WebAssembly.Memory
  const { grow } = prototype
  prototype.grow = function (this: WasmMemory, pages: number): number {
    const wanted = this.buffer.byteLength + pages * PAGE_BYTES
    if (wanted > maxBytes) throw new RangeError('the memory limit of the metadata reader')
    return grow.call(this, pages)
  }
}
