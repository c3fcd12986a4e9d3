/** The forms in which a bundle may hold a secret. @module */

/** One form. */
export interface Spelling {
  /** Its name for people. */
  readonly form: string
  readonly text: string
}

/** A secret as text, base64 at each of three offsets, hex, URL-encoded and reversed; each text once. */
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

/** The characters that depend on the secret alone when it begins `offset` bytes into a group of three. */
function base64Core(bytes: Buffer, offset: number): string {
  const padded = Buffer.concat([Buffer.alloc(offset), bytes])
  const text = padded.toString('base64').replace(/=+$/, '')
  const start = Math.ceil((offset * 8) / 6)
  const end = Math.floor((padded.length * 8) / 6)
  return text.slice(start, end)
}
