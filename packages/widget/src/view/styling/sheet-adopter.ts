/** Style sheets of a shadow root: adopted, so that a page's strictest policy allows them. @module */

/** Adopts each text once, in the order in which they come. */
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
