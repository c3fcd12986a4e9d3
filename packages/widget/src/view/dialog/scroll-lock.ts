/** Keeps the page behind the dialog still. @module */

/**
 * Lock the page's scrolling.
 *
 * @returns Takes the lock away; the page's own styles were never touched.
 */
export function lockScroll(): () => void {
  const sheet = new CSSStyleSheet()
  // Where there is a classic scrollbar its room is kept, so that nothing shifts.
  const hasScrollbar = innerWidth > document.documentElement.clientWidth
  const gutter = hasScrollbar ? 'scrollbar-gutter:stable!important;' : ''
  sheet.replaceSync(`html{overflow:hidden!important;${gutter}}`)
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
  return () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet)
  }
}
