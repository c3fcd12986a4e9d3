/**
 * Drives the widget in a page of any engine: chooses and drops files, clicks and reads by script.
 * @module
 */

import { expect } from 'vitest'
import type { EnginePage } from './engine.js'

/** A file to pick. */
export interface PickedFile {
  readonly name: string
  readonly type: string
  readonly bytes: Buffer
}

/** A page with the widget. */
export interface WidgetPage extends EnginePage {
  /** Waits until an expression is true. */
  until(expression: string): Promise<void>
  /** Waits until the widget shows a text. */
  shows(text: string): Promise<void>
  /** Clicks an element of the widget. */
  click(selector: string): Promise<void>
  /** Fills a field of the widget. */
  fill(selector: string, value: string): Promise<void>
  /** Chooses files, as the browser's own dialog returns them. */
  choose(...files: readonly PickedFile[]): Promise<void>
  /** Drops files on the page. */
  drop(...files: readonly PickedFile[]): Promise<void>
  /** Waits until the callback has received an event. */
  hears(event: string, times?: number): Promise<void>
  /** Returns the names of the events so far, without events about views. */
  events(): Promise<string[]>
}

/** The widget's shadow root, as an expression. */
export const ROOT = `document.querySelector('countersign-widget').shadowRoot`

/** Adds the methods of {@link WidgetPage} to a page. */
export function drive(page: EnginePage): WidgetPage {
  const until = async (expression: string): Promise<void> => {
    await expect
      .poll(() => page.evaluate(`Promise.resolve(${expression}).then(Boolean)`), {
        message: expression,
      })
      .toBe(true)
  }
  return {
    ...page,
    until,
    shows: (text) =>
      until(`${ROOT}.querySelector('.panel')?.innerText.includes(${JSON.stringify(text)})`),
    async click(selector) {
      const element = `${ROOT}?.querySelector(${JSON.stringify(selector)})`
      await until(
        `document.querySelector('countersign-widget') && ${element} && !${element}.disabled`,
      )
      await page.evaluate(`${element}.click()`)
    },
    async fill(selector, value) {
      await page.evaluate(`(() => {
        const field = ${ROOT}.querySelector(${JSON.stringify(selector)})
        field.value = ${JSON.stringify(value)}
        for (const type of ['input', 'change']) field.dispatchEvent(new Event(type, { bubbles: true, composed: true }))
      })()`)
    },
    async choose(...files) {
      await page.evaluate(`(() => {
        const transfer = ${transferOf(files)}
        const input = ${ROOT}.querySelector('input[type=file]')
        input.files = transfer.files
        input.dispatchEvent(new Event('change', { bubbles: true }))
      })()`)
    },
    async drop(...files) {
      await page.evaluate(`(() => {
        const dataTransfer = ${transferOf(files)}
        const target = ${ROOT}.querySelector('.panel')
        for (const type of ['dragenter', 'dragover', 'drop']) {
          target.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, composed: true, cancelable: true }))
        }
      })()`)
    },
    hears: (event, times = 1) =>
      until(`heard.filter((each) => each.event === ${JSON.stringify(event)}).length >= ${times}`),
    async events() {
      const names = await page.evaluate<string[]>('heard.map(({ event }) => event)')
      return names.filter((name) => !['display-changed', 'source-changed'].includes(name))
    },
  }
}

/** A `DataTransfer` with files, as an expression. */
function transferOf(files: readonly PickedFile[]): string {
  const plain = files.map(({ name, type, bytes }) => ({
    name,
    type,
    base64: bytes.toString('base64'),
  }))
  return `(() => {
    const transfer = new DataTransfer()
    for (const { name, type, base64 } of ${JSON.stringify(plain)}) {
      const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
      transfer.items.add(new File([bytes], name, { type, lastModified: 1700000000000 }))
    }
    return transfer
  })()`
}
