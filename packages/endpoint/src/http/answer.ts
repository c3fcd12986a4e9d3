/** Responses as plain objects, because in Node creating a `Response` takes longer than signing. @module */

/** A complete HTTP response as a plain object. */
export interface Answer {
  readonly status: number
  /** Header values by name in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** Creates a JSON answer that must not be cached and that browsers must not interpret as another type. */
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

/** Converts an answer to a standard `Response`. */
export function toResponse({ status, headers, text }: Answer): Response {
  return new Response(text, { status, headers })
}

/** Reads a standard `Response` completely and converts it to an answer. */
export async function readAnswer(response: Response): Promise<Answer> {
  const { status, headers } = response
  return { status, headers: Object.fromEntries(headers), text: await response.text() }
}
