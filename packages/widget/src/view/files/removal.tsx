/** Takes a file out of the list, or deletes it from the server. @module */

import { Component, type JSX } from 'preact'
import type { UploadItem } from '../../core/index.js'
import { isUnfinished } from '../../core/queue/upload-state.js'
import { FILE_ICONS } from '../controls/file-icons.js'
import { Icon } from '../controls/icons.js'
import { moveFocusFrom } from '../controls/move-focus.js'
import type { Announcer } from '../state/announcer.js'
import type { WidgetHost } from '../state/contract.js'
import type { TextKey, Texts } from '../words/texts.js'

/** Props of a row or a tile. */
export interface ItemProps {
  readonly item: UploadItem
  readonly host: WidgetHost
  readonly announcer: Announcer
  readonly texts: Texts
}

/** How one file can be removed. */
export interface Removal {
  /** Sentence to show after the server did not delete the file. From then on, removing only takes the file out of the list. */
  readonly problem: string | undefined
  /** Deletes an uploaded file that has a delete token; takes any other file out of the list. */
  remove(row: HTMLElement | null): void
  /** Button that cancels an upload, deletes an uploaded file, or takes the file out of the list. */
  button(): JSX.Element
}

interface RemovableProps extends ItemProps {
  readonly draw: (removal: Removal) => JSX.Element
}

/** Draws one file with its {@link Removal}. */
export class Removable extends Component<RemovableProps, { readonly isKept?: boolean }> {
  #canDelete(): boolean {
    const { state } = this.props.item
    return (
      !this.state.isKept && state.status === 'done' && state.response.delete_token !== undefined
    )
  }

  #remove(row: HTMLElement | null): void {
    const { item, host } = this.props
    if (this.#canDelete()) {
      void this.#delete(row)
      return
    }
    if (row) moveFocusFrom(row)
    host.remove(item.id)
  }

  async #delete(row: HTMLElement | null): Promise<void> {
    const { item, host, announcer, texts } = this.props
    const { name } = item.file
    const focused = row?.querySelector<HTMLElement>(':focus')
    if (row) moveFocusFrom(row)
    if (await host.undo(item.id)) {
      announcer.say(texts.say('queue.undone', { name }))
      return
    }
    this.setState({ isKept: true })
    announcer.warn(texts.say('queue.undo_failed', { name }))
    focused?.focus()
  }

  #button(): JSX.Element {
    const { item, host, texts } = this.props
    const { id, file, state } = item
    const isSending = isUnfinished(state) && state.status !== 'waiting'
    const canDelete = this.#canDelete()
    const label = texts.say(removeKey(item, canDelete), { name: file.name })
    return (
      <button
        class="btn icon"
        type="button"
        data-test={isSending ? 'cancel' : canDelete ? 'undo' : 'remove'}
        aria-label={label}
        title={label}
        onClick={(event) => {
          if (isSending) host.cancel([id])
          else this.#remove(event.currentTarget.closest('li'))
        }}
      >
        {canDelete ? <Icon path={FILE_ICONS.trash} /> : <Icon name="close" />}
      </button>
    )
  }

  override render(): JSX.Element {
    const { item, texts, draw } = this.props
    const { isKept } = this.state
    return draw({
      problem: isKept ? texts.say('queue.undo_failed', { name: item.file.name }) : undefined,
      remove: (row) => this.#remove(row),
      button: () => this.#button(),
    })
  }
}

function removeKey({ state }: UploadItem, canDelete: boolean): TextKey {
  if (canDelete) return 'queue.undo_name'
  if (state.status === 'done') return 'queue.remove_done'
  return isUnfinished(state) && state.status !== 'waiting' ? 'queue.cancel' : 'queue.remove'
}
