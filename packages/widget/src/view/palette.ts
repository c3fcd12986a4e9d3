/** The page's colours: `styles` as custom properties of the host, kept readable. @module */

import type { WidgetPalette, WidgetStyles } from '../options.js'

const TOKENS: readonly (readonly [keyof WidgetPalette, readonly string[]])[] = [
  ['window', ['surface']],
  ['windowBorder', ['edge']],
  ['tabIcon', ['source-on']],
  ['menuIcons', ['icon']],
  ['textDark', ['text']],
  ['textLight', ['on-accent']],
  ['link', ['link', 'focus']],
  ['action', ['accent']],
  ['inactiveTabIcon', ['source']],
  ['error', ['error']],
  ['inProgress', ['progress']],
  ['complete', ['done']],
  ['sourceBg', ['sunken']],
]

/** Least contrast of text, WCAG 1.4.3. */
const LEAST_CONTRAST = 4.5

/** Set the page's colours, background and font on the host. */
export function applyStyles(host: HTMLElement, styles: WidgetStyles | undefined): void {
  const { palette, frame, fonts } = styles ?? {}
  if (palette) applyPalette(host, palette)
  if (frame?.background) host.style.setProperty('--cs-scrim', frame.background)
  const family = fonts && Object.keys(fonts).find((name) => name !== 'default')
  if (family) host.style.setProperty('--cs-font', `${family}, system-ui, sans-serif`)
}

function applyPalette(host: HTMLElement, palette: WidgetPalette): void {
  host.dataset.palette = palette.window || palette.textDark ? 'full' : 'accent'
  for (const [name, tokens] of TOKENS) {
    const colour = palette[name]
    if (!colour) continue
    for (const token of tokens) host.style.setProperty(`--cs-${token}`, colour)
  }
  const { action, textLight = '#fff', window: surface } = palette
  if (surface && luminance(surface) < 0.2) host.dataset.theme = 'dark'
  // The documented orange carries white at 3.0:1; the label turns dark then.
  if (action && contrast(action, textLight) < LEAST_CONTRAST) {
    const isDarkBetter = contrast(action, '#15171c') > contrast(action, '#ffffff')
    host.style.setProperty('--cs-on-accent', isDarkBetter ? '#15171c' : '#fff')
  }
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

/** Relative luminance, WCAG 2.2; a colour that is not hex counts as white. */
function luminance(colour: string): number {
  const digits = /^#([0-9a-f]{3,8})$/i.exec(colour.trim())?.[1]
  if (!digits) return 1
  const size = digits.length < 6 ? 1 : 2
  const [red = 1, green = 1, blue = 1] = [0, 1, 2].map((index) => {
    const part = digits.slice(index * size, (index + 1) * size)
    const value = Number.parseInt(size === 1 ? part + part : part, 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
