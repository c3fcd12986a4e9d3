/** Crops, rotates, mirrors, scales and converts an image. A task of the image worker. @module */

/** Changes to an image, applied in this order. Sizes are in pixels of the upright image. */
export interface ImageEdit {
  readonly crop?: {
    readonly x: number
    readonly y: number
    readonly width: number
    readonly height: number
  }
  /** Rotation clockwise. @default 0 */
  readonly rotateDegrees?: 0 | 90 | 180 | 270
  /** True to mirror left and right. @default false */
  readonly isFlippedX?: boolean
  /** True to mirror top and bottom. @default false */
  readonly isFlippedY?: boolean
  /** Width of the result in pixels. @default the width after the steps before */
  readonly widthPx?: number
  /** Height of the result in pixels. @default the height after the steps before */
  readonly heightPx?: number
  /** MIME type of the result. @default the file's own if browsers can write it, else JPEG */
  readonly type?: string
  /** Quality of a JPEG or WebP, from 0 to 1. @default 0.9 */
  readonly quality?: number
}

const WRITABLE: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/webp'])
const DEFAULT_QUALITY = 0.9

/**
 * Creates an edited copy of an image. Applies the Exif orientation first, and drops all metadata.
 *
 * @throws DOMException if the browser cannot read the image.
 */
export async function editImage(file: File, edit: ImageEdit): Promise<File> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' })
  try {
    return await drawEdit(bitmap, file, edit)
  } finally {
    bitmap.close()
  }
}

/** Creates an edited copy from a decoded image. */
export async function drawEdit(bitmap: ImageBitmap, file: File, edit: ImageEdit): Promise<File> {
  const type = outputType(file, edit)
  const canvas = draw(bitmap, edit, type)
  const blob = await canvas.convertToBlob({ type, quality: edit.quality ?? DEFAULT_QUALITY })
  const { lastModified } = file
  return new File([blob], nameFor(file.name, blob.type), { type: blob.type, lastModified })
}

function outputType(file: File, { type }: ImageEdit): string {
  return type ?? (WRITABLE.has(file.type) ? file.type : 'image/jpeg')
}

function draw(bitmap: ImageBitmap, edit: ImageEdit, type: string): OffscreenCanvas {
  const { crop = { x: 0, y: 0, width: bitmap.width, height: bitmap.height } } = edit
  const isTurned = edit.rotateDegrees === 90 || edit.rotateDegrees === 270
  const { widthPx = isTurned ? crop.height : crop.width } = edit
  const { heightPx = isTurned ? crop.width : crop.height } = edit
  const canvas = new OffscreenCanvas(Math.max(1, widthPx), Math.max(1, heightPx))
  const context = canvas.getContext('2d')
  if (!context) throw new DOMException('No canvas to draw on', 'NotSupportedError')
  context.imageSmoothingQuality = 'high'
  if (type === 'image/jpeg') {
    // JPEG has no transparency, and transparent pixels would become black.
    context.fillStyle = '#fff'
    context.fillRect(0, 0, canvas.width, canvas.height)
  }
  context.translate(canvas.width / 2, canvas.height / 2)
  context.scale(edit.isFlippedX ? -1 : 1, edit.isFlippedY ? -1 : 1)
  context.rotate(((edit.rotateDegrees ?? 0) * Math.PI) / 180)
  const [width, height] = isTurned ? [canvas.height, canvas.width] : [canvas.width, canvas.height]
  context.drawImage(
    bitmap,
    crop.x,
    crop.y,
    crop.width,
    crop.height,
    -width / 2,
    -height / 2,
    width,
    height,
  )
  return canvas
}

function nameFor(name: string, type: string): string {
  const extension = type === 'image/jpeg' ? 'jpg' : type.slice('image/'.length)
  if (extension === 'jpg' && /\.jpe?g$/i.test(name)) return name
  return `${name.replace(/\.[^.]*$/, '')}.${extension}`
}
