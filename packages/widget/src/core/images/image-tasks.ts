/** Messages between a page and its image worker. @module */

/** Name of a task. */
export type ImageTask = 'edit' | 'fit' | 'shrink' | 'turn'

/** A request to the worker. */
export interface ImageRequest {
  /** Id that the answer repeats. */
  readonly id: number
  readonly task: ImageTask
  /** Arguments of the task's function. */
  readonly args: readonly unknown[]
}

/** The worker's answer to a request. */
export type ImageAnswer =
  | { readonly id: number; readonly isDone: true; readonly result: unknown }
  | { readonly id: number; readonly isDone: false }
