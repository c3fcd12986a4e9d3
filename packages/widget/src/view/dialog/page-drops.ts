/** Takes files that are dropped anywhere on the page, and images from other pages that are dropped on the widget. @module */

import { checkType } from '../../core/files/check-file.js'
import type { WidgetModel } from '../state/model.js'
import { loadFilesView } from './parts.js'

/**
 * Takes files that are dropped on the page. Ignores drops that the page's own drop zones have handled.
 *
 * @returns A function that removes the listeners.
 */
export function catchPageDrops(current: () => WidgetModel): () => void {
  const life = new AbortController()
  const { signal } = life
  const hover = (event: DragEvent): void => {
    const dataTransfer = takenFrom(event)
    if (!dataTransfer) return
    event.preventDefault()
    void loadFilesView().catch(() => undefined)
    const model = current()
    const types = hoveringTypes(dataTransfer)
    const isAllowed =
      takesFiles(model) && (types.length === 0 || types.some((type) => isTypeAllowed(type, model)))
    dataTransfer.dropEffect = isAllowed ? 'copy' : 'none'
    const files = Math.max(1, types.length)
    const now = model.drag
    if (now?.files !== files || now.isAllowed !== isAllowed)
      model.set({ drag: { files, isAllowed } })
  }
  const leave = (event: DragEvent): void => {
    // The pointer left the window. Between two elements of the page, `relatedTarget` is set.
    if (event.relatedTarget === null) current().set({ drag: undefined })
  }
  const drop = (event: DragEvent): void => {
    const model = current()
    model.set({ drag: undefined })
    const data = takenFrom(event)
    if (!data) return
    event.preventDefault()
    if (!takesFiles(model)) return
    const dropped = {
      files: [...data.files],
      entries: [...data.items].map((item) => item.webkitGetAsEntry?.() ?? null),
      html: data.getData('text/html'),
      urls: data.getData('text/uri-list'),
    }
    void loadFilesView().then(({ takeDrop }) => takeDrop(current(), dropped))
  }
  window.addEventListener('dragenter', hover, { signal })
  window.addEventListener('dragover', hover, { signal })
  window.addEventListener('dragleave', leave, { signal })
  window.addEventListener('drop', drop, { signal })
  return () => life.abort()
}

/** Content of a drag that the widget takes. A link dropped elsewhere belongs to the page, for example to a text field. */
function takenFrom({ dataTransfer, defaultPrevented, target }: DragEvent): DataTransfer | null {
  const isWidget = (target as Element).localName === 'countersign-widget'
  const types = dataTransfer?.types ?? []
  return !defaultPrevented &&
    (types.includes('Files') || (isWidget && types.includes('text/uri-list')))
    ? dataTransfer
    : null
}

/** Returns the MIME types of the hovering files, as far as the browser reveals them. */
function hoveringTypes(data: DataTransfer): string[] {
  return [...data.items].filter((item) => item.kind === 'file').map((item) => item.type)
}

function takesFiles({ screen }: WidgetModel): boolean {
  return screen !== 'problem' && screen !== 'crop'
}

function isTypeAllowed(type: string, { rules }: WidgetModel): boolean {
  return type === '' || checkType({ name: '', type }, rules) === null
}
