/** The contract for sources of files. @module */

/** The widget's functions and state for a source that a person has opened. */
export interface SourceContext {
  /** Empty element inside the widget's shadow root. The source draws into it until `signal` aborts. */
  readonly element: HTMLElement
  /** Aborts when the person leaves the source. Stop cameras and requests then. */
  readonly signal: AbortSignal
  /** Language of the widget, BCP 47. */
  readonly language: string
  /** True if several files may be added at once. */
  readonly isMultiple: boolean
  /** True if the server may fetch addresses, as far as the signing endpoint has said. */
  readonly canAddUrls: boolean
  /** Address of an image that a person dragged from another page. Only the source `url` gets one. */
  readonly address?: string
  /** Returns true if files of a MIME type, such as `video/mp4`, may be uploaded. */
  accepts(mimeType: string): boolean
  /** Adds files and returns to the list. */
  addFiles(files: readonly File[]): void
  /** Adds addresses that the server fetches, and returns to the list. */
  addUrls(urls: readonly string[]): void
  /** Leaves the source and opens the browser's file picker. */
  chooseFiles(): void
  /** Returns a text in the widget's language, or in English if it has none. Texts of the option `text` come first. */
  say(key: string, values?: Readonly<Record<string, string | number>>): string
  /** Announces a message to screen readers. */
  announce(message: string): void
  /** Adds a style sheet to the widget's shadow root. Works under a strict Content Security Policy. */
  addStyles(sheetText: string): void
}

/** A source of files. Add it to the option `sources`. */
export interface UploadSource {
  /** Name of one word, for example `unsplash`. Used by the event `source-changed` and by `open(name)`. */
  readonly name: string
  /** Title on the source's button and above its view. */
  readonly title: string
  /** SVG path data of a line icon, in a box of 20 × 20. */
  readonly icon?: string
  /** Draws the source. Called each time a person opens it. */
  open(context: SourceContext): void | Promise<void>
}
