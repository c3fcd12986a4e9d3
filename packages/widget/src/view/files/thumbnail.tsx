/** The thumbnail of one file. @module */

import { Component, createRef, type JSX } from 'preact'
import { mimeTypeOf } from '../../core/files/file-type.js'
import { FILE_ICONS } from '../controls/file-icons.js'
import { Icon } from '../controls/icons.js'
import type { WidgetHost } from '../state/contract.js'
import { drawPreview, type PreviewResult } from './previews.js'

interface ThumbnailProps {
  readonly file: File
  readonly host: WidgetHost
  /** Side of the box in CSS pixels. */
  readonly boxPx: number
}

/** Draws the thumbnail of an image once it is visible, or an icon for other files. */
export class Thumbnail extends Component<ThumbnailProps, { result?: PreviewResult }> {
  readonly #canvas = createRef<HTMLCanvasElement>()
  readonly #life = new AbortController()

  override componentDidMount(): void {
    const canvas = this.#canvas.current
    if (!canvas) return
    const { file, host, boxPx } = this.props
    const isUploading = (): boolean => host.queue.isActive()
    const { signal } = this.#life
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return
      seen.disconnect()
      void drawPreview(canvas, file, { boxPx, signal, isUploading }).then((result) => {
        if (!signal.aborted) this.setState({ result })
      })
    })
    seen.observe(canvas)
    signal.addEventListener('abort', () => seen.disconnect())
  }

  override componentWillUnmount(): void {
    this.#life.abort()
  }

  override render(): JSX.Element {
    const mimeType = mimeTypeOf(this.props.file)
    const { result } = this.state
    if (mimeType.startsWith('image/') && result !== 'none') {
      return <canvas ref={this.#canvas} data-fit={result} />
    }
    return <Icon path={mimeType.startsWith('video/') ? FILE_ICONS.video : FILE_ICONS.file} />
  }
}
