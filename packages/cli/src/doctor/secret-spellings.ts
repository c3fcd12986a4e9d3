/** Encodings in which a bundle may contain a secret. @module */

/** One encoding of a secret. */
export interface Spelling {
  /** Name of the encoding for people. */
  readonly form: string
  readonly text: string
}

/**
 * Returns a secret as plain text, base64 at each of three offsets, hex, URL-encoded and reversed,
 * without duplicates.
 */
export function spellingsOf(secret: string): readonly Spelling[] {
  const bytes = Buffer.from(secret)
  const hex = bytes.toString('hex')
  const base64 = [0, 1, 2].map((offset) => base64Core(bytes, offset))
  const all: Spelling[] = [
    { form: 'as it is', text: secret },
    ...base64.flatMap((text) => [
      { form: 'as base64', text },
      { form: 'as base64', text: text.replaceAll('+', '-').replaceAll('/', '_') },
    ]),
    { form: 'as hex', text: hex },
    { form: 'as hex', text: hex.toUpperCase() },
    { form: 'URL-encoded', text: encodeURIComponent(secret) },
    { form: 'reversed', text: [...secret].reverse().join('') },
  ]
  return all.filter(({ text }, index) => all.findIndex((other) => other.text === text) === index)
}

/**
 * Returns the base64 characters that depend only on the secret, if it begins `offset` bytes into a
 * group of three.
 */
function base64Core(bytes: Buffer, offset: number): string {
  const padded = Buffer.concat([Buffer.alloc(offset), bytes])
  const text = padded.toString('base64').replace(/=+$/, '')
  const start = Math.ceil((offset * 8) / 6)
  const end = Math.floor((padded.length * 8) / 6)
  return text.slice(start, end)
}
