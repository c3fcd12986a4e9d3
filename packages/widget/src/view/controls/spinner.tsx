/** What turns while something takes long. @module */

import { Component, type JSX } from 'preact'
import { FILE_ICONS } from './file-icons.js'
import { Icon } from './icons.js'

/** What is over before this does not turn, in milliseconds: every animation, even one that waits, draws 60 frames a second. */
const TURNS_AFTER_MS = 800

/** Stands still for a moment, then turns. */
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
