/** What the endpoint answers, before it is a `Response`: in Node making one costs more than all that the endpoint does. @module */

/** A whole answer. */
export interface Answer {
  readonly status: number
  /** Lower-case name to value. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** A JSON answer that no cache keeps and no browser takes for anything else. */
export function jsonAnswer(
  body: unknown,
  options: { readonly status?: number; readonly headers?: Readonly<Record<string, string>> } = {},
): Answer {
  return {
    status: options.status ?? 200,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
      ...options.headers,
    },
    text: JSON.stringify(body),
  }
}

/** An answer in the standard form. */
export function toResponse({ status, headers, text }: Answer): Response {
  return new Response(text, { status, headers })
}

/** A response, of whatever handler, read whole. */
export async function readAnswer(response: Response): Promise<Answer> {
  const { status, headers } = response
  return { status, headers: Object.fromEntries(headers), text: await response.text() }
}
