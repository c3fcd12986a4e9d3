/** Light or dark, as the page is. @module */

import type { UploadWidgetOptions } from '../../options/options.js'

/** The theme in use: the option's, else the page's computed `color-scheme`. */
export function themeOf({ theme = 'auto' }: UploadWidgetOptions): 'light' | 'dark' {
  if (theme === 'light' || theme === 'dark') return theme
  const scheme = getComputedStyle(document.documentElement).colorScheme
  const canBeDark = /\bdark\b/.test(scheme)
  // A page that says nothing is light, whatever the system prefers.
  if (!/\blight\b/.test(scheme)) return canBeDark ? 'dark' : 'light'
  return canBeDark && prefersDark().matches ? 'dark' : 'light'
}

/** Be told when the system's preference changes. @returns Stops it. */
export function watchTheme(listener: () => void): () => void {
  const query = prefersDark()
  query.addEventListener('change', listener)
  return () => query.removeEventListener('change', listener)
}

function prefersDark(): MediaQueryList {
  return matchMedia('(prefers-color-scheme: dark)')
}
