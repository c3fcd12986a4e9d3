/** Makes one picture of another: cut, turned, mirrored, scaled, in another format. A task of the image worker. @module */

/** What to do, in this order. Pixels are those of the upright picture. */
export interface ImageEdit {
  readonly crop?: {
    readonly x: number
    readonly y: number
    readonly width: number
    readonly height: number
  }
  /** Clockwise. @default 0 */
  readonly rotateDegrees?: 0 | 90 | 180 | 270
  /** Left becomes right. @default false */
  readonly isFlippedX?: boolean
  /** Top becomes bottom. @default false */
  readonly isFlippedY?: boolean
  /** Size of the result. @default what comes of the steps before */
  readonly widthPx?: number
  readonly heightPx?: number
  /** MIME type. @default the file's own where a browser can write it, else JPEG */
  readonly type?: string
  /** 0 to 1. @default 0.9 */
  readonly quality?: number
}

const WRITABLE: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/webp'])
const DEFAULT_QUALITY = 0.9

/**
 * Edit a picture. It is turned upright first; what a camera wrote beside the pixels is not kept.
 *
 * @throws DOMException when the browser cannot read the picture.
 */
export async function editImage(file: File, edit: ImageEdit): Promise<File> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' })
  try {
    return await drawEdit(bitmap, file, edit)
  } finally {
    bitmap.close()
  }
}

/** The same of a picture that is decoded already. */
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
    // JPEG has no transparency, and black is what it would become.
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
