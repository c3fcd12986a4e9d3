/** Applies the option `styles`: sets an app's colors and fonts as custom properties, and keeps texts readable. @module */

import type { UploadWidgetOptions, WidgetPalette, WidgetStyles } from '../../options/options.js'
import { isDevelopment } from '../state/is-development.js'
import sheet from './palette.css'

/** Style sheet that derives the colors that an app did not set. */
export const paletteSheet: string = sheet

/** Minimum contrast between text and background (WCAG 2.2, 1.4.3). */
const MIN_CONTRAST = 4.5
const DARK_TEXT: Color = [21, 23, 28]
const LIGHT_TEXT: Color = [255, 255, 255]

/** Custom properties of each palette name. */
const PROPERTIES: Readonly<Record<keyof WidgetPalette, readonly string[]>> = {
  window: ['surface'],
  windowBorder: ['edge'],
  tabIcon: ['source-on'],
  menuIcons: ['icon'],
  textDark: ['text'],
  textLight: ['on-accent'],
  link: ['link', 'focus'],
  action: ['accent'],
  inactiveTabIcon: ['source'],
  error: ['error'],
  inProgress: ['progress'],
  complete: ['done'],
  sourceBg: ['sunken'],
}

/** Palette colors of text on the window. */
const ON_WINDOW = ['link', 'error', 'complete'] as const

/** Red, green and blue, 0 to 255. */
type Color = readonly [number, number, number]

const warned = new Set<string>()

/** Sets an app's colors and fonts on the widget's element. Replaces text colors without enough contrast. */
export function applyStyles(element: HTMLElement, options: UploadWidgetOptions): void {
  const { palette = {}, frame, fonts }: WidgetStyles = options.styles ?? {}
  const names = Object.keys(PROPERTIES) as (keyof WidgetPalette)[]
  const readable = readablePalette(palette, isDevelopment(options))
  for (const name of names) {
    for (const property of PROPERTIES[name]) set(element, property, readable[name])
  }
  set(element, 'scrim', frame?.background)
  set(element, 'font', fontOf(fonts))
  if (Object.keys(palette).length > 0) element.dataset.palette = 'full'
  const ground = palette.window === undefined ? null : parseColor(palette.window)
  if (ground && (options.theme ?? 'auto') !== 'light') {
    element.dataset.theme =
      contrast(ground, LIGHT_TEXT) > contrast(ground, DARK_TEXT) ? 'dark' : 'light'
  }
}

function readablePalette(palette: WidgetPalette, isTold: boolean): WidgetPalette {
  const readable: WidgetPalette = { ...palette }
  const ground = parseColor(palette.window ?? '#fff')
  const action = parseColor(palette.action ?? '')
  if (action) readable.textLight = labelOn(action, palette.textLight)
  if (!ground) return readable
  const text = readableText(palette.textDark, ground)
  if (text) readable.textDark = text
  for (const name of ON_WINDOW) {
    const color = parseColor(palette[name] ?? '')
    if (color) readable[name] = towards(color, bestOn(ground), ground)
  }
  if (isTold) tellChanges(palette, readable)
  return readable
}

function tellChanges(given: WidgetPalette, readable: WidgetPalette): void {
  const names = (Object.keys(given) as (keyof WidgetPalette)[]).filter(
    (name) => given[name] !== readable[name],
  )
  for (const name of names.filter((each) => !warned.has(`${each} ${given[each]}`))) {
    warned.add(`${name} ${given[name]}`)
    console.warn(
      `[countersign] styles.palette.${name} (${given[name]}) could not be read on its ground and is shown as ${readable[name]}.`,
    )
  }
}

function labelOn(ground: Color, given: string | undefined): string {
  const color = parseColor(given ?? '#fff')
  if (given !== undefined && color && contrast(color, ground) >= MIN_CONTRAST) return given
  return toText(bestOn(ground))
}

function readableText(given: string | undefined, ground: Color): string | undefined {
  const color = given === undefined ? bestOn(ground) : parseColor(given)
  if (!color || contrast(color, ground) >= MIN_CONTRAST) return given
  return toText(bestOn(ground))
}

/** Mixes a color with another one, in steps, until it has enough contrast. */
function towards(color: Color, goal: Color, ground: Color): string {
  for (let step = 0; step <= 20; step += 1) {
    const mixed = mix(color, goal, step / 20)
    if (contrast(mixed, ground) >= MIN_CONTRAST) return toText(mixed)
  }
  return toText(goal)
}

function bestOn(ground: Color): Color {
  return contrast(LIGHT_TEXT, ground) >= contrast(DARK_TEXT, ground) ? LIGHT_TEXT : DARK_TEXT
}

function mix(one: Color, other: Color, share: number): Color {
  const at = (index: 0 | 1 | 2): number =>
    Math.round(one[index] + (other[index] - one[index]) * share)
  return [at(0), at(1), at(2)]
}

function contrast(one: Color, other: Color): number {
  const lights = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return ((lights[0] ?? 0) + 0.05) / ((lights[1] ?? 0) + 0.05)
}

function luminance([red, green, blue]: Color): number {
  const linear = (value: number): number => {
    const share = value / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

/** Converts any CSS color to red, green and blue; `null` if the browser does not know it. */
function parseColor(text: string): Color | null {
  if (!CSS.supports('color', text)) return null
  const context = document.createElement('canvas').getContext('2d')
  if (!context) return null
  context.fillStyle = text
  context.fillRect(0, 0, 1, 1)
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data
  return [red, green, blue]
}

function toText([red, green, blue]: Color): string {
  return `rgb(${red} ${green} ${blue})`
}

function fontOf(fonts: WidgetStyles['fonts']): string | undefined {
  const family = Object.keys(fonts ?? {}).find((name) => name !== 'default')
  return family === undefined ? undefined : `${family}, system-ui, sans-serif`
}

function set(element: HTMLElement, property: string, value: string | undefined): void {
  if (value === undefined) element.style.removeProperty(`--cs-${property}`)
  else element.style.setProperty(`--cs-${property}`, value)
}
