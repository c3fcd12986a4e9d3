/** The little picture of one file. @module */

import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { mimeTypeOf } from '../core/file-type.js'
import { Icon } from './icons.js'
import { drawPreview, type PreviewResult } from './previews.js'

/** A picture of a file, drawn when it comes into sight, or a glyph. */
export function Thumbnail({ file, boxPx }: { file: File; boxPx: number }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null)
  const mimeType = mimeTypeOf(file)
  const isImage = mimeType.startsWith('image/')
  const [result, setResult] = useState<PreviewResult | undefined>(isImage ? undefined : 'none')

  useEffect(() => {
    const target = canvas.current
    if (!target) return undefined
    const life = new AbortController()
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return
      seen.disconnect()
      void drawPreview(target, file, { boxPx, signal: life.signal }).then((drawn) => {
        if (!life.signal.aborted) setResult(drawn)
      })
    })
    seen.observe(target)
    return () => {
      life.abort()
      seen.disconnect()
    }
  }, [file, boxPx])

  if (result === 'none') return <Icon name={mimeType.startsWith('video/') ? 'video' : 'file'} />
  return <canvas ref={canvas} data-fit={result} />
}
