/** What is said between a page and its image worker. @module */

/** What the worker can do. */
export type ImageTask = 'edit' | 'fit' | 'shrink' | 'turn'

/** One thing to do. */
export interface ImageRequest {
  /** Given back with the answer. */
  readonly id: number
  readonly task: ImageTask
  /** What the function of that task takes. */
  readonly args: readonly unknown[]
}

/** What came of it. */
export type ImageAnswer =
  | { readonly id: number; readonly isDone: true; readonly result: unknown }
  | { readonly id: number; readonly isDone: false }
