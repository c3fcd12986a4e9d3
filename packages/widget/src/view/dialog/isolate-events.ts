/** Keeps the page's other dialogs from taking the widget's events for their own. @module */

// Radix takes a press or a focus in here for one outside of it, and cancels scrolling.
const KEPT_EVENTS: readonly string[] = ['pointerdown', 'wheel', 'touchmove', 'focusin']

/** Stop the events that page libraries misread, once they have passed the widget. */
export function isolateEvents(host: HTMLElement): void {
  for (const type of KEPT_EVENTS) {
    host.addEventListener(type, (event) => event.stopPropagation(), { passive: true })
  }
}

/**
 * Keep Escape from the dialogs of the page, which would close themselves instead of the widget.
 *
 * @param act What Escape does where the browser's own close request is off; answers whether it did something.
 * @returns Stops it.
 */
export function captureEscape(host: HTMLElement, act: () => void): () => void {
  const capture = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.isComposing) return
    const isOurs = event.composedPath().includes(host)
    // A focused control that vanished leaves focus on the body with the widget still open.
    const isNobodys = event.target === document.body || event.target === document.documentElement
    if (!isOurs && !isNobodys) return
    event.stopImmediatePropagation()
    act()
  }
  window.addEventListener('keydown', capture, { capture: true })
  return () => window.removeEventListener('keydown', capture, { capture: true })
}
