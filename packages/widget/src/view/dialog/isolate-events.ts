/** Hides the widget's events from the page's own dialogs. @module */

// Radix treats a press or a focus inside the widget as outside its dialog, and cancels scrolling.
const KEPT_EVENTS: readonly string[] = ['pointerdown', 'wheel', 'touchmove', 'focusin']

/** Stops events that page libraries misread from leaving the widget. */
export function isolateEvents(host: HTMLElement): void {
  for (const type of KEPT_EVENTS) {
    host.addEventListener(type, (event) => event.stopPropagation(), { passive: true })
  }
}

/**
 * Keeps the Escape key from the page's dialogs, which would close themselves instead of the widget.
 *
 * @param act Called on Escape.
 * @returns A function that removes the listener.
 */
export function captureEscape(host: HTMLElement, act: () => void): () => void {
  const capture = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.isComposing) return
    const isOurs = event.composedPath().includes(host)
    // When a focused control is removed, the focus is on the body while the widget is still open.
    const isNobodys = event.target === document.body || event.target === document.documentElement
    if (!isOurs && !isNobodys) return
    event.stopImmediatePropagation()
    act()
  }
  window.addEventListener('keydown', capture, { capture: true })
  return () => window.removeEventListener('keydown', capture, { capture: true })
}
