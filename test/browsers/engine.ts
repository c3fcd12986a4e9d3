/** Interface of a browser engine for the flows. @module */

/** One page of a running browser. */
export interface EnginePage {
  goto(address: string): Promise<void>
  reload(): Promise<void>
  /** Evaluates an expression in the page, also under a policy without `eval`. Waits for a promise. */
  evaluate<T>(expression: string): Promise<T>
  /** Presses a key as a person does. */
  press(key: 'Escape' | 'Tab'): Promise<void>
  /** Sets the size of the window's content, in pixels, or the nearest size that the engine has. */
  resize(width: number, height: number): Promise<void>
  /** Closes the page and forgets its storage. */
  close(): Promise<void>
}

/** A running browser. */
export interface Engine {
  /** For example `Firefox 153.8.0`. */
  readonly version: string
  newPage(): Promise<EnginePage>
  close(): Promise<void>
}

/** Name of an engine. */
export type EngineName = 'Chromium' | 'Firefox' | 'WebKitGTK'

/** Flows that an engine cannot run here, with the reason. The guide on browsers has the same list. */
export const LACKS: Readonly<Record<EngineName, Readonly<Record<string, string>>>> = {
  Chromium: {},
  Firefox: {},
  WebKitGTK: {},
}
