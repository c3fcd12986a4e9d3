/** The view inside the script-tag build, which is one file. @module */

import { mountWidgetView } from '../view/dialog/mount.js'

/** The view's module, at hand already. */
export async function loadView(): Promise<{ mountWidgetView: typeof mountWidgetView }> {
  return { mountWidgetView }
}
