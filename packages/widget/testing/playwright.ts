/** Functions for Playwright tests of pages with the widget or the dropzone. The app installs Playwright itself. @module */

import type { FakeServer } from './fake-server.js'

/** A file to choose. */
export interface PickedFile {
  readonly name: string
  /** @default 'image/png' */
  readonly mimeType?: string
  /** Content of the file. @default a PNG of 37 by 21 pixels */
  readonly buffer?: Buffer
}

/** The methods of Playwright's `Page` that are used. */
export interface PageLike {
  setInputFiles(
    selector: string,
    files: { name: string; mimeType: string; buffer: Buffer }[],
  ): Promise<void>
}

/** The methods of Playwright's `Route` that are used. */
export interface RouteLike {
  request(): { method(): string; postData(): string | null }
  fulfill(response: { status: number; contentType: string; body: string }): Promise<void>
}

/** A PNG of 37 by 21 pixels in one color. */
export const PNG: Buffer = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAACUAAAAVCAMAAAD2OtecAAAAA1BMVEUiZndhdYfqAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAEElEQVQoz2NgGAWjYBRgBwADHgABOKGjHwAAAABJRU5ErkJggg==',
  'base64',
)

const FILE_INPUTS =
  'countersign-widget input[type=file], [data-countersign="dropzone"] input[type=file]'

/** Chooses files as in the browser's file picker. The widget must be open, or a dropzone must be in the page. */
export function pickFiles(page: PageLike, files: readonly PickedFile[]): Promise<void> {
  return page.setInputFiles(
    FILE_INPUTS,
    files.map(({ name, mimeType = 'image/png', buffer = PNG }) => ({ name, mimeType, buffer })),
  )
}

/**
 * Answers a request to the app's signing route with the fake server's answer.
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
