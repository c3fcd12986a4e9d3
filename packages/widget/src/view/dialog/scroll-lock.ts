/** Locks the scrolling of the page behind the dialog. @module */

/**
 * Locks the page's scrolling. Uses a style sheet of its own, so the page's styles do not change.
 *
 * @returns A function that removes the lock.
 */
export function lockScroll(): () => void {
  const sheet = new CSSStyleSheet()
  // Keeps the space of a classic scrollbar, so that the page does not shift.
  const hasScrollbar = innerWidth > document.documentElement.clientWidth
  const gutter = hasScrollbar ? 'scrollbar-gutter:stable!important;' : ''
  sheet.replaceSync(`html{overflow:hidden!important;${gutter}}`)
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
  return () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet)
  }
}
