/** Loads the view when it is first needed. @module */

/** The view's module; a chunk of its own, so that a page that never opens the widget never loads it. */
export function loadView(): Promise<typeof import('./view/dialog/mount.js')> {
  return import('./view/dialog/mount.js')
}
