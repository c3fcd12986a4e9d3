/** Puts the view into the page, above everything in it, and takes it out again. @module */

import { createRef, render } from 'preact'
import type { WidgetHost, WidgetView } from './contract.js'
import { captureEscape, isolateEvents } from './isolate-events.js'
import { createModel, type WidgetModel } from './model.js'
import { lockScroll } from './scroll-lock.js'
import { themeOf, watchTheme } from './theme.js'
import sheetText from './widget.css'
import { WidgetApp } from './widget-app.js'

/** Mount the view of one widget. Nothing is in the document before `show`. */
export function mountWidgetView(host: WidgetHost): WidgetView {
  const element = document.createElement('countersign-widget')
  // React Aria asks the target's ancestors for this before it calls a press an outside one.
  element.setAttribute('data-react-aria-top-layer', 'true')
  const root = element.attachShadow({ mode: 'open' })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(sheetText)
  root.adoptedStyleSheets = [sheet]
  isolateEvents(element)

  const dialogRef = createRef<HTMLDialogElement>()
  const fieldRef = createRef<HTMLInputElement>()
  const draw = (model: WidgetModel): void => {
    const hadFocus = root.activeElement !== null
    render(<WidgetApp model={model} dialog={dialogRef} field={fieldRef} />, root)
    // What had the focus may have left with the last view.
    if (hadFocus && root.activeElement === null && dialogRef.current?.open) focusTitle(root)
  }
  const store = createModel(host, draw)
  let release: (() => void) | undefined
  let unwatchTheme: (() => void) | undefined
  let isEscapeHandled = false
  draw(store.current())
  const dialog = dialogRef.current as HTMLDialogElement
  dialog.addEventListener('cancel', onCancel)
  dialog.addEventListener('close', onClose)

  function onCancel(event: Event): void {
    // The file picker's own cancel bubbles through here.
    if (event.target !== dialog || store.current().totals.active === 0) return
    event.preventDefault()
    if (!isEscapeHandled) host.close(false)
    isEscapeHandled = false
  }

  function onClose(event: Event): void {
    if (event.target !== dialog || dialog.open || store.current().display !== 'shown') return
    host.close(true)
  }

  function onEscape(): void {
    // With nothing under way the browser closes the dialog by itself.
    if (store.current().totals.active === 0) return
    isEscapeHandled = true
    if (store.current().isAsking) store.set({ isAsking: false })
    else host.close(false)
  }

  function onPaste(event: ClipboardEvent): void {
    const files = [...(event.clipboardData?.files ?? [])]
    if (files.length === 0 || store.current().screen === 'problem') return
    event.preventDefault()
    void host.addFiles(files)
  }

  function applyTheme(): void {
    element.dataset.theme = themeOf(host.options())
  }

  function enter(): void {
    if (!element.isConnected) {
      // Taken out by the page while open: such a dialog is open and yet not modal.
      if (dialog.open) dialog.close()
      document.body.append(element)
    }
    applyTheme()
    unwatchTheme ??= watchTheme(applyTheme)
  }

  function leave(): void {
    unwatchTheme?.()
    unwatchTheme = undefined
    element.remove()
  }

  function showDialog(): void {
    if (dialog.open) return
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
    store.set({ drag: undefined, isAsking: false })
    // The browser gives the focus back to what had it before.
    if (dialog.open) dialog.close()
  }

  return {
    show(display) {
      store.set({ display })
      if (display === 'hidden') {
        leaveDialog()
        leave()
        return
      }
      enter()
      if (display === 'shown') showDialog()
      else leaveDialog()
    },
    askToClose() {
      store.set({ isAsking: true })
    },
    setProblem: store.setProblem,
    notify: store.notify,
    follow(change) {
      store.follow(change)
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
      leave()
    },
  }
}

function focusTitle(root: ShadowRoot): void {
  root.querySelector<HTMLElement>('h2')?.focus({ preventScroll: true })
}
