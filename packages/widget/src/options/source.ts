/** What a source of files is: one small module behind one contract. @module */

/** What a source is given when a person opens it. */
export interface SourceContext {
  /** Empty, inside the widget's shadow root; the source draws here and owns it until `signal` aborts. */
  readonly element: HTMLElement
  /** Aborts when the person leaves the source: stop cameras and requests then. */
  readonly signal: AbortSignal
  /** Language of the widget, BCP 47. */
  readonly language: string
  /** Whether several files may be added at once. */
  readonly isMultiple: boolean
  /** Whether the server fetches addresses itself, as far as the signing endpoint has said. */
  readonly canAddUrls: boolean
  /** Address of a picture of another page that a person dropped on the widget; only the source `url` gets one. */
  readonly address?: string
  /** Whether files of a MIME type, such as `video/mp4`, may be uploaded here. */
  accepts(mimeType: string): boolean
  /** Add files and go back to the list. */
  addFiles(files: readonly File[]): void
  /** Add files that the server fetches, and go back to the list. */
  addUrls(urls: readonly string[]): void
  /** Leave, and open the browser's own file picker. */
  chooseFiles(): void
  /** A word of the widget: its language's, the page's own, else English. */
  say(key: string, values?: Readonly<Record<string, string | number>>): string
  /** Say something to people who do not see the view. */
  announce(message: string): void
  /** Adopt a style sheet into the widget's shadow root; a strict policy allows no other. */
  addStyles(sheetText: string): void
}

/** One place that files can come from. Put it into the option `sources` beside the names of ours. */
export interface UploadSource {
  /** One word, for example `unsplash`; the event `source-changed` and `open(name)` use it. */
  readonly name: string
  /** On its button and above its view. */
  readonly title: string
  /** Path data of a line icon in a box of 20 × 20. */
  readonly icon?: string
  /** Draw. Called each time a person opens the source. */
  open(context: SourceContext): void | Promise<void>
}
