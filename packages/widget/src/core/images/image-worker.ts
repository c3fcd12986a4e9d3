/** The worker that decodes, draws and encodes images. A separate file, because browsers start a worker from an address. @module */

import { editImage } from './edit-image.js'
import { fitImage } from './fit-image.js'
import type { ImageAnswer, ImageRequest } from './image-tasks.js'
import { shrinkImage } from './shrink-image.js'
import { turnImage } from './turn-image.js'

const TASKS = { edit: editImage, fit: fitImage, shrink: shrinkImage, turn: turnImage } as const

addEventListener('message', ({ data }: MessageEvent<ImageRequest>) => void answer(data))

async function answer({ id, task, args }: ImageRequest): Promise<void> {
  const work = TASKS[task] as (...given: readonly unknown[]) => Promise<unknown>
  try {
    reply({ id, isDone: true, result: await work(...args) })
  } catch {
    reply({ id, isDone: false })
  }
}

function reply(message: ImageAnswer): void {
  const bitmap = message.isDone && (message.result as { readonly bitmap?: unknown } | null)?.bitmap
  postMessage(message, { transfer: bitmap instanceof ImageBitmap ? [bitmap] : [] })
}
