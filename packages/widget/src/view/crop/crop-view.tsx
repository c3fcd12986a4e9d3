/** The crop view, which crops one image after the other: by coordinates, or in the browser. A separate chunk. @module */

import { Component, createRef, type JSX } from 'preact'
import { editImage } from '../../core/images/edit-image.js'
import { inImageWorker } from '../../core/images/in-image-worker.js'
import { type Turn, type TurnedImage, turnImage } from '../../core/images/turn-image.js'
import type { NewUpload } from '../../core/index.js'
import { Icon } from '../controls/icons.js'
import panelSheet from '../controls/panel.css'
import type { WidgetModel } from '../state/model.js'
import type { CropPanel } from '../state/panel.js'
import { enCrop } from '../words/locales/en-crop.js'
import { addWords } from '../words/words.js'
import { type CropBox, type CropStage, createCropStage } from './crop-stage.js'
import { CropTools, type ToolsView } from './crop-tools.js'
import cropSheet from './crop-view.css'
import { selectionProblem } from './selection-problem.js'
import { movedBox, resultSize } from './selection-size.js'
import { type PictureSize, turnedSize, uprightBox } from './turned-box.js'

addWords(enCrop)

/** Style sheets of this part. */
export const sheets: readonly string[] = [panelSheet, cropSheet]

interface CropProps {
  readonly model: WidgetModel
  readonly panel: CropPanel
}

interface CropState {
  /** Index of the file that is shown. */
  readonly index: number
  /** Size of the image; `null` if the browser cannot read it. */
  readonly picture: PictureSize | null | undefined
  readonly turn: Turn
  readonly ratio: number | null
  /** Selection; its width is 0 until the image is drawn. */
  readonly box: CropBox
  /** Ratio of the result's size to the selection's size; 1 keeps the size. */
  readonly scale: number
  readonly isBusy: boolean
}

const UPRIGHT: Turn = { degrees: 0, isFlipped: false }
const NO_BOX: CropBox = { x: 0, y: 0, width: 0, height: 0 }
/** Images that are not cropped in the browser, because an animation or a drawing would be lost. */
const UNCUT = /^image\/(gif|svg\+xml)$/

/** Draws the crop view. */
export class CropView extends Component<CropProps, CropState> {
  readonly #room = createRef<HTMLDivElement>()
  readonly #uploads: NewUpload[] = []
  #stage: CropStage | undefined
  #src = ''
  #shown = -1
  #isGone = false

  override state: CropState = {
    index: 0,
    picture: undefined,
    turn: UPRIGHT,
    ratio: this.props.model.options.croppingAspectRatio ?? null,
    box: NO_BOX,
    scale: 1,
    isBusy: false,
  }

  override componentDidMount(): void {
    void this.#show(0)
  }

  override componentWillUnmount(): void {
    this.#isGone = true
    this.#drop()
  }

  get #isClient(): boolean {
    return this.props.model.options.cropMode === 'client'
  }

  async #show(index: number): Promise<void> {
    const { files, done } = this.props.panel
    const file = files[index]
    this.#shown = index
    this.#drop()
    if (!file) {
      this.props.model.set({ panel: undefined })
      done(this.#uploads)
      return
    }
    if (!file.type.startsWith('image/') || (this.#isClient && UNCUT.test(file.type))) {
      this.#uploads.push({ file })
      return this.#show(index + 1)
    }
    this.props.model.set({ panel: { ...this.props.panel, detail: file.name } })
    this.setState({
      index,
      picture: undefined,
      turn: UPRIGHT,
      box: NO_BOX,
      scale: 1,
      isBusy: false,
    })
    await this.#draw(file, UPRIGHT)
  }

  async #draw(file: File, turn: Turn): Promise<void> {
    const index = this.#shown
    const shown = await drawn(file, turn)
    const room = this.#room.current
    // The person may have skipped this image while it was being drawn.
    if (this.#isGone || this.#shown !== index || !room) return
    if (!shown) return this.setState({ picture: null })
    URL.revokeObjectURL(this.#src)
    this.#src = URL.createObjectURL(shown.blob)
    const { croppingDefaultSelectionRatio = 1 } = this.props.model.options
    const style = getComputedStyle(room)
    const stage = createCropStage({
      src: this.#src,
      ...turnedSize(shown, turn),
      roomWidth: room.clientWidth - Number.parseFloat(style.paddingInlineStart) * 2,
      roomHeight: room.clientHeight - Number.parseFloat(style.paddingBlockStart) * 2,
      coverage: croppingDefaultSelectionRatio,
      onChange: (box) => this.setState({ box }),
    })
    this.#stage = stage
    room.replaceChildren(stage.element)
    this.setState({ picture: shown, turn, box: NO_BOX })
    // cropperjs places its elements in the next frame.
    requestAnimationFrame(() => {
      if (this.#stage === stage) stage.setRatio(this.state.ratio)
    })
  }

  #drop(): void {
    URL.revokeObjectURL(this.#src)
    this.#stage = undefined
  }

  #turn(change: Partial<Turn>): void {
    const { index, picture, turn } = this.state
    const file = this.props.panel.files[index]
    if (file && picture) void this.#draw(file, { ...turn, ...change })
  }

  #rotate(): void {
    const { turn } = this.state
    // A mirrored image must rotate in the direction that the person sees.
    const step = turn.isFlipped ? 270 : 90
    this.#turn({ degrees: ((turn.degrees + step) % 360) as Turn['degrees'] })
  }

  #skip(): void {
    const { index } = this.state
    const file = this.props.panel.files[index]
    if (file) this.#uploads.push({ file })
    void this.#show(index + 1)
  }

  async #crop(): Promise<void> {
    const { index, picture } = this.state
    const file = this.props.panel.files[index]
    if (!file || !picture || !this.#stage || this.#problem()) return
    this.setState({ isBusy: true })
    try {
      this.#uploads.push(await this.#cropped(file, picture, this.#stage.box()))
    } catch {
      return this.setState({ picture: null, isBusy: false })
    }
    if (!this.#isGone) await this.#show(index + 1)
  }

  async #cropped(file: File, picture: PictureSize, box: CropBox): Promise<NewUpload> {
    const { turn, scale } = this.state
    const result = resultSize(box, scale)
    const { croppingCoordinatesMode = 'custom', imageQuality } = this.props.model.options
    if (!this.#isClient) {
      const { x, y, width, height } = box
      return {
        file,
        params: { [`${croppingCoordinatesMode}_coordinates`]: `${x},${y},${width},${height}` },
      }
    }
    const made = await inImageWorker('edit', editImage, [
      file,
      {
        crop: uprightBox(box, picture, turn),
        rotateDegrees: turn.degrees,
        isFlippedX: turn.isFlipped,
        ...(scale === 1 ? {} : { widthPx: result.width, heightPx: result.height }),
        ...(imageQuality === undefined ? {} : { quality: imageQuality }),
      },
    ])
    return { file: made }
  }

  #problem(): string | undefined {
    const { model } = this.props
    return selectionProblem(
      resultSize(this.state.box, this.state.scale),
      model.options,
      model.texts,
    )
  }

  #onKey(event: KeyboardEvent): void {
    const stage = this.#stage
    if (!stage) return
    if (event.key === 'Enter') void this.#crop()
    else if (event.key.toLowerCase() === 'r' && this.#isClient) this.#rotate()
    else {
      const moved = movedBox(stage.box(), event)
      if (!moved) return
      stage.select(moved)
      const { width, height } = stage.box()
      const { model } = this.props
      model.announcer.say(model.texts.say('crop.said', { width, height }))
    }
    event.preventDefault()
  }

  override render({ model, panel }: CropProps, state: CropState): JSX.Element {
    const { texts, options } = model
    const problem = this.#problem()
    const isLast = state.index >= panel.files.length - 1
    const isBroken = state.picture === null
    return (
      <div class="part" data-test="crop">
        {isBroken ? (
          <div class="note" part="message">
            <p>{texts.say('crop.image_error')}</p>
          </div>
        ) : (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset has a layout of its own
          <div
            ref={this.#room}
            class="stage"
            role="group"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: arrows move the selection
            tabIndex={0}
            aria-label={texts.say('crop.stage')}
            data-test="crop-stage"
            data-size={
              options.croppingShowDimensions && state.box.width > 0
                ? `${state.box.width} × ${state.box.height}`
                : undefined
            }
            onKeyDown={(event) => this.#onKey(event)}
          />
        )}
        {isBroken ? null : <CropTools view={this.#tools(state)} model={model} />}
        {problem ? (
          <p class="hint error" role="alert">
            <Icon name="refused" />
            {problem}
          </p>
        ) : null}
        <footer class="foot" part="footer">
          <button class="btn plain" type="button" onClick={() => this.#reset()}>
            {texts.say('crop.reset_btn')}
          </button>
          <span class="meta num">
            {panel.files.length > 1
              ? texts.say('crop.of', { i: state.index + 1, n: panel.files.length })
              : ''}
          </span>
          <span class="end" />
          {options.showSkipCropButton === false && !isBroken ? null : (
            <button
              class="btn"
              type="button"
              data-test="skip"
              disabled={state.isBusy}
              onClick={() => this.#skip()}
            >
              {texts.say('crop.skip_btn')}
            </button>
          )}
          {isBroken ? null : (
            <button
              class="btn primary"
              type="button"
              data-test="crop-button"
              disabled={state.isBusy || state.box.width === 0 || problem !== undefined}
              onClick={() => void this.#crop()}
            >
              {texts.say(isLast ? 'crop.crop_btn' : 'crop.next_btn')}
            </button>
          )}
        </footer>
      </div>
    )
  }

  #reset(): void {
    const { turn } = this.state
    this.setState({ scale: 1 })
    if (turn.degrees !== 0 || turn.isFlipped) this.#turn(UPRIGHT)
    else this.#stage?.reset()
  }

  #tools({ box, ratio, scale }: CropState): ToolsView {
    return {
      box,
      ratio,
      result: resultSize(box, scale),
      isClient: this.#isClient,
      isFree: this.props.model.options.croppingAspectRatio == null,
      setRatio: (next) => {
        this.setState({ ratio: next })
        this.#stage?.setRatio(next)
      },
      select: (next) => this.#stage?.select(next),
      resize: (side, pixels) =>
        this.setState({ scale: Math.min(1, Math.max(1, pixels) / Math.max(1, box[side])) }),
      rotate: () => this.#rotate(),
      flip: () => this.#turn({ isFlipped: !this.state.turn.isFlipped }),
    }
  }
}

async function drawn(file: File, turn: Turn): Promise<TurnedImage | null> {
  try {
    return await inImageWorker('turn', turnImage, [file, turn])
  } catch {
    return null
  }
}
