/** Adds style sheets to a shadow root by adoption, which every Content Security Policy allows. @module */

/** Creates a function that adopts each style sheet once, in the order of the calls. */
export function sheetAdopter(root: ShadowRoot): (text: string) => void {
  const adopted = new Set<string>()
  return (text) => {
    if (adopted.has(text)) return
    adopted.add(text)
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(text)
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]
  }
}
