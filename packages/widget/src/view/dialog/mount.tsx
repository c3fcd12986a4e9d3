/** Mounts the view in the document: as a dialog above the page, or inside the page's own element. @module */

import { createRef, render } from 'preact'
import type { UploadWidgetOptions } from '../../options/options.js'
import type { WidgetHost, WidgetView } from '../state/contract.js'
import { createModel, type WidgetModel } from '../state/model.js'
import { openSourceNamed } from '../state/open-panel.js'
import { sheetAdopter } from '../styling/sheet-adopter.js'
import { themeOf, watchTheme } from '../styling/theme.js'
import { captureEscape, isolateEvents } from './isolate-events.js'
import { catchPageDrops } from './page-drops.js'
import { loadFilesView, loadPalette } from './parts.js'
import { lockScroll } from './scroll-lock.js'
import sheetText from './widget.css'
import { WidgetApp } from './widget-app.js'

/** Mounts the view of one widget. Adds nothing to the document before `show`. */
export function mountWidgetView(host: WidgetHost): WidgetView {
  const element = document.createElement('countersign-widget')
  // React Aria looks for this attribute before it treats a press as outside its own dialog.
  element.setAttribute('data-react-aria-top-layer', 'true')
  const root = element.attachShadow({ mode: 'open' })
  const adopt = sheetAdopter(root)
  adopt(sheetText)
  isolateEvents(element)

  const container = containerOf(host.options())
  const isInline = container !== null
  const dialogRef = createRef<HTMLDialogElement>()
  const fieldRef = createRef<HTMLInputElement>()
  const draw = (model: WidgetModel): void => {
    const hadFocus = root.activeElement !== null
    render(
      <WidgetApp model={model} dialog={dialogRef} field={fieldRef} isInline={isInline} />,
      root,
    )
    // The focused element may have been removed with the last view.
    if (hadFocus && root.activeElement === null) focusTitle(root)
  }
  const store = createModel(host, { onChange: draw, adopt, loadAnnouncements: loadFilesView })
  let release: (() => void) | undefined
  let leave: (() => void)[] = []
  let isEscapeHandled = false
  draw(store.current())
  const dialog = dialogRef.current
  dialog?.addEventListener('cancel', onCancel)
  dialog?.addEventListener('close', onClose)

  function onCancel(event: Event): void {
    // The `cancel` event of the file picker bubbles through the dialog.
    if (event.target !== dialog || !store.current().isBusy) return
    event.preventDefault()
    if (!isEscapeHandled) goBack()
    isEscapeHandled = false
  }

  function onClose(event: Event): void {
    if (event.target !== dialog || dialog?.open || store.current().display !== 'shown') return
    host.close(true)
  }

  function onEscape(): void {
    // Without a step back, the browser closes the dialog itself.
    if (!store.current().isBusy) return
    isEscapeHandled = true
    goBack()
  }

  function goBack(): void {
    const { isMenuOpen, panel, isAsking } = store.current()
    if (isMenuOpen) store.set({ isMenuOpen: false })
    else if (panel) store.leavePanel()
    else if (isAsking) store.set({ isAsking: false })
    else if (!isInline) host.close(false)
  }

  function onPaste(event: ClipboardEvent): void {
    const files = [...(event.clipboardData?.files ?? [])]
    const { screen } = store.current()
    if (files.length === 0 || screen === 'problem' || screen === 'crop') return
    event.preventDefault()
    void host.addFiles(files)
  }

  function applyTheme(): void {
    element.dataset.theme = themeOf(host.options())
    const { styles } = host.options()
    if (!styles) return
    void loadPalette().then(({ applyStyles, paletteSheet }) => {
      adopt(paletteSheet)
      applyStyles(element, host.options())
    })
  }

  function enter(): void {
    if (leave.length === 0) leave = [catchPageDrops(() => store.current()), watchTheme(applyTheme)]
    if (!element.isConnected) {
      // The page removed the open widget. Its dialog is still open, but no longer modal, so close it first.
      if (dialog?.open) dialog.close()
      ;(container ?? document.body).append(element)
    }
    applyTheme()
  }

  function showInline(): void {
    if (release) return
    element.addEventListener('paste', onPaste)
    element.addEventListener('keydown', onInlineKey)
    release = () => {
      element.removeEventListener('paste', onPaste)
      element.removeEventListener('keydown', onInlineKey)
    }
  }

  function onInlineKey(event: KeyboardEvent): void {
    if (event.key === 'Escape') goBack()
  }

  function showDialog(): void {
    if (!dialog || dialog.open) return
    const unlock = lockScroll()
    const releaseEscape = captureEscape(element, onEscape)
    document.addEventListener('paste', onPaste)
    release = () => {
      unlock()
      releaseEscape()
      document.removeEventListener('paste', onPaste)
    }
    dialog.showModal()
    const first = root.querySelector<HTMLElement>('[data-test="browse"]:not(.ways *), .ways .btn')
    if (first) first.focus({ preventScroll: true })
    else focusTitle(root)
  }

  function leaveDialog(): void {
    release?.()
    release = undefined
    store.set({ drag: undefined, isAsking: false, isMenuOpen: false })
    // The browser returns the focus to the element that had it before.
    if (dialog?.open) dialog.close()
  }

  function leavePage(): void {
    for (const stop of leave) stop()
    leave = []
    element.remove()
  }

  return {
    show(display) {
      store.set({ display })
      if (display === 'hidden') {
        leaveDialog()
        leavePage()
        return
      }
      enter()
      if (display === 'minimized') leaveDialog()
      else if (isInline) showInline()
      else showDialog()
    },
    openSource(source) {
      openSourceNamed(store.current(), source)
    },
    crop(files) {
      return new Promise((done) => {
        const title = store.current().texts.say('crop.title')
        store.set({ panel: { kind: 'crop', title, files, done } })
      })
    },
    askToClose() {
      store.set({ isAsking: true, panel: undefined })
    },
    setProblem: store.setProblem,
    notify: store.notify,
    follow(change) {
      store.follow(change)
      // The open crop, recording or options panel may show the first user's data.
      if (change.type === 'user-changed') store.leavePanel()
      if (change.type === 'ended') store.set({ isAsking: false })
    },
    update() {
      store.set({ options: host.options() })
      if (element.isConnected) applyTheme()
    },
    destroy() {
      store.set({ display: 'hidden' })
      leaveDialog()
      store.destroy()
      render(null, root)
      leavePage()
    },
  }
}

function containerOf({ inlineContainer }: UploadWidgetOptions): Element | null {
  return typeof inlineContainer === 'string'
    ? document.querySelector(inlineContainer)
    : (inlineContainer ?? null)
}

function focusTitle(root: ShadowRoot): void {
  root.querySelector<HTMLElement>('h2')?.focus({ preventScroll: true })
}
