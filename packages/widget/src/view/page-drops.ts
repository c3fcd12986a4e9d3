/** Files dropped anywhere on the page while the widget is in it. @module */

import { checkType } from '../core/check-file.js'
import { droppedFiles, hoveringTypes } from './dropped-files.js'
import type { WidgetModel } from './model.js'
import { loadFilesView } from './parts.js'

/**
 * Take files that are dropped on the page; what the page's own drop zones have taken stays theirs.
 *
 * @returns Stops it.
 */
export function catchPageDrops(current: () => WidgetModel): () => void {
  const life = new AbortController()
  const { signal } = life
  const hover = (event: DragEvent): void => {
    const { dataTransfer } = event
    if (event.defaultPrevented || !dataTransfer?.types.includes('Files')) return
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
    // Out of the window; between two elements of the page there is always the next one.
    if (event.relatedTarget === null) current().set({ drag: undefined })
  }
  const drop = (event: DragEvent): void => {
    const model = current()
    model.set({ drag: undefined })
    if (event.defaultPrevented || !event.dataTransfer?.types.includes('Files')) return
    event.preventDefault()
    if (!takesFiles(model)) return
    void droppedFiles(event.dataTransfer).then((files) => {
      if (model.panel?.kind === 'source') model.leavePanel()
      return model.host.addFiles(files)
    })
  }
  window.addEventListener('dragenter', hover, { signal })
  window.addEventListener('dragover', hover, { signal })
  window.addEventListener('dragleave', leave, { signal })
  window.addEventListener('drop', drop, { signal })
  return () => life.abort()
}

function takesFiles({ screen }: WidgetModel): boolean {
  return screen !== 'problem' && screen !== 'crop'
}

function isTypeAllowed(type: string, { rules }: WidgetModel): boolean {
  return type === '' || checkType({ name: '', type }, rules) === null
}
