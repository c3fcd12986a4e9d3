/** The view for the script-tag build, which contains it. @module */

import { mountWidgetView } from '../view/dialog/mount.js'

/** Returns the view's module, which is already loaded. */
export async function loadView(): Promise<{ mountWidgetView: typeof mountWidgetView }> {
  return { mountWidgetView }
}
