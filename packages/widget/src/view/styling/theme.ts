/** Chooses the light or the dark theme. @module */

import type { UploadWidgetOptions } from '../../options/options.js'

/** Returns the theme of the options, else the theme of the page's computed `color-scheme`. */
export function themeOf({ theme = 'auto' }: UploadWidgetOptions): 'light' | 'dark' {
  if (theme === 'light' || theme === 'dark') return theme
  const scheme = getComputedStyle(document.documentElement).colorScheme
  const canBeDark = /\bdark\b/.test(scheme)
  // A page without a `color-scheme` is light, even if the system prefers dark.
  if (!/\blight\b/.test(scheme)) return canBeDark ? 'dark' : 'light'
  return canBeDark && prefersDark().matches ? 'dark' : 'light'
}

/** Calls the listener when the system's preference changes. @returns A function that removes the listener. */
export function watchTheme(listener: () => void): () => void {
  const query = prefersDark()
  query.addEventListener('change', listener)
  return () => query.removeEventListener('change', listener)
}

function prefersDark(): MediaQueryList {
  return matchMedia('(prefers-color-scheme: dark)')
}
