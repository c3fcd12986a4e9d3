/** The spinner for slow steps. @module */

import { Component, type JSX } from 'preact'
import { FILE_ICONS } from './file-icons.js'
import { Icon } from './icons.js'

/**
 * Delay before the animation starts. Short steps should not animate, because every animation draws 60 frames per second, even during its
 * delay.
 */
const TURNS_AFTER_MS = 800

/** An icon that starts to turn after {@link TURNS_AFTER_MS}. */
export class Spinner extends Component<object, { readonly isTurning?: boolean }> {
  #starting: ReturnType<typeof setTimeout> | undefined

  override componentDidMount(): void {
    this.#starting = setTimeout(() => this.setState({ isTurning: true }), TURNS_AFTER_MS)
  }

  override componentWillUnmount(): void {
    clearTimeout(this.#starting)
  }

  override render(): JSX.Element {
    return <Icon path={FILE_ICONS.spinner} className={this.state.isTurning ? 'spin' : ''} />
  }
}
