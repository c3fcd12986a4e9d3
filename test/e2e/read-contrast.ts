/** Reads colors as a browser paints them. @module */

import type { Page } from 'playwright-core'

/** Computed style of an element. */
export interface Painted {
  /** Contrast of the text against the nearest painted background, 1 to 21 (WCAG 2). */
  readonly contrast: number
  /** True if that background is darker than middle gray. */
  readonly isDark: boolean
}

/**
 * Reads the text and background colors of an element in a page.
 *
 * @param selector The first match is read; `background` names the element that paints behind it.
 */
export function readContrast(page: Page, selector: string, background: string): Promise<Painted> {
  return page.evaluate(
    ([text, behind]) => {
      const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })
      if (context === null) throw new Error('no canvas')
      const luminance = (color: string) => {
        context.fillStyle = color
        context.fillRect(0, 0, 1, 1)
        const [red = 0, green = 0, blue = 0] = [...context.getImageData(0, 0, 1, 1).data].map(
          (byte) => (byte <= 10 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4),
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue
      }
      const style = (name: string) => {
        const element = document.querySelector(name)
        if (element === null) throw new Error(`no ${name}`)
        return getComputedStyle(element)
      }
      const back = luminance(style(behind).backgroundColor)
      const front = luminance(style(text).color)
      const contrast = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05)
      return { contrast, isDark: back < 0.2 }
    },
    [selector, background] as const,
  )
}
