/** Converts parameter values to their canonical text on the wire. @module */

/** Maximum length of a value in UTF-8 bytes. */
export const MAX_VALUE_BYTES = 8192

/** Canonical text of a value, or the problem with the value as a phrase that follows the parameter's name. */
export type CanonicalValue =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: string }

/**
 * Converts a JSON value to the text that is signed and sent. `null` and empty lists become an empty text, which is never signed.
 *
 * @param value String, finite number, boolean, or a flat list of such values without commas.
 * @param options.isNormalized If true, converts the text to Unicode form NFC. If false, refuses text in another form.
 */
export function canonicalValue(
  value: unknown,
  options: { readonly isNormalized: boolean },
): CanonicalValue {
  const joined = Array.isArray(value) ? joinList(value) : scalarText(value)
  if (joined === undefined) {
    return refuse('must be a text, a number, true, false or a flat list of those without commas')
  }
  const text = joined.normalize('NFC')
  if (text !== joined && !options.isNormalized) {
    return refuse(
      'is not in Unicode form NFC; names from macOS often are not: send value.normalize("NFC")',
    )
  }
  const problem = textProblem(text)
  return problem ? refuse(problem) : { ok: true, text }
}

/** Returns the reason why a text cannot be signed, or `undefined` if the text is valid. */
export function textProblem(text: string): string | undefined {
  // A UTF-16 code unit takes at most three bytes, so the bytes of a short text need no counting.
  const mayBeLong = text.length * 3 > MAX_VALUE_BYTES
  if (mayBeLong && new TextEncoder().encode(text).byteLength > MAX_VALUE_BYTES) {
    return `is longer than ${MAX_VALUE_BYTES} bytes`
  }
  if (/[\p{Cc}\p{Cs}]/u.test(text)) return 'contains a control character or half a surrogate pair'
  // `a&b` and the literal `a%26b` would have the same signature.
  if (text.includes('%26')) return 'contains the literal %26, which has the same signature as &'
  return undefined
}

function joinList(items: readonly unknown[]): string | undefined {
  const texts = items.map((item) => (item === null ? undefined : scalarText(item)))
  if (texts.some((text) => text === undefined || text.includes(','))) return undefined
  return texts.join(',')
}

function scalarText(value: unknown): string | undefined {
  if (value === null) return ''
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  return undefined
}

function refuse(problem: string): CanonicalValue {
  return { ok: false, problem }
}
