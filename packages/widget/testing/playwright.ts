/** What a Playwright test of a page with the widget or the dropzone needs; Playwright itself is the app's own. @module */

import type { FakeServer } from './fake-server.js'

/** A file to pick. */
export interface PickedFile {
  readonly name: string
  /** @default 'image/png' */
  readonly mimeType?: string
  /** @default a picture of 37 by 21 pixels */
  readonly buffer?: Buffer
}

/** The part of Playwright's `Page` that is used. */
export interface PageLike {
  setInputFiles(
    selector: string,
    files: { name: string; mimeType: string; buffer: Buffer }[],
  ): Promise<void>
}

/** The part of Playwright's `Route` that is used. */
export interface RouteLike {
  request(): { method(): string; postData(): string | null }
  fulfill(response: { status: number; contentType: string; body: string }): Promise<void>
}

/** The smallest PNG: 37 by 21 pixels of one colour. */
export const PNG: Buffer = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAACUAAAAVCAMAAAD2OtecAAAAA1BMVEUiZndhdYfqAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAEElEQVQoz2NgGAWjYBRgBwADHgABOKGjHwAAAABJRU5ErkJggg==',
  'base64',
)

const FILE_INPUTS =
  'countersign-widget input[type=file], [data-countersign="dropzone"] input[type=file]'

/** Choose files as a person does in the browser's own dialog; the widget must be open, or a dropzone in the page. */
export function pickFiles(page: PageLike, files: readonly PickedFile[]): Promise<void> {
  return page.setInputFiles(
    FILE_INPUTS,
    files.map(({ name, mimeType = 'image/png', buffer = PNG }) => ({ name, mimeType, buffer })),
  )
}

/**
 * Let a fake answer for the app's signing route.
 * @example
 * await page.route('**\/api/sign-cloudinary-params', (route) => answerSigning(route, server))
 */
export async function answerSigning(route: RouteLike, server: FakeServer): Promise<void> {
  const request = route.request()
  const response = await fetch(`${server.origin}/sign`, {
    method: request.method(),
    headers: { 'content-type': 'application/json' },
    ...(request.method() === 'POST' ? { body: request.postData() ?? '' } : {}),
  })
  await route.fulfill({
    status: response.status,
    contentType: 'application/json',
    body: await response.text(),
  })
}
