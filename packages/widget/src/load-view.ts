/** Loads the view when it is first needed. @module */

/** Loads the view. It is a chunk, so that a page that never opens the widget never loads it. */
export function loadView(): Promise<typeof import('./view/dialog/mount.js')> {
  return import('./view/dialog/mount.js')
}
