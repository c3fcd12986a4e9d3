/** Writes the documents that are made from the code: `npm run docs`. The packages must be built. @module */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ERROR_NOTES } from './error-notes.mjs'
import { isMain } from './is-main.mjs'
import { ROOT } from './repository.mjs'

/**
 * The generated documents as they should be.
 *
 * @returns {Promise<Map<string, string>>} Path from the root to text.
 * @throws Error when a code has no note, or a note no code.
 */
export async function generateDocs() {
  const { ERROR_CODES, wireCode } = await import('@countersign/protocol/errors')
  const unexplained = ERROR_CODES.filter((code) => !Object.hasOwn(ERROR_NOTES, code))
  const unknown = Object.keys(ERROR_NOTES).filter((code) => !ERROR_CODES.some((c) => c === code))
  if (unexplained.length + unknown.length > 0) {
    throw new Error(
      `scripts/error-notes.mjs and ERROR_CODES differ: ${[...unexplained, ...unknown].join(', ')}`,
    )
  }
  return new Map([['docs/errors.md', errorsPage(ERROR_CODES, wireCode)]])
}

/**
 * @param {readonly string[]} codes
 * @param {(code: any) => string} wireCode
 */
function errorsPage(codes, wireCode) {
  const rows = codes.map((code) => {
    const note = ERROR_NOTES[code]
    return `| \`${wireCode(code)}\` | ${note?.meaning} | ${note?.remedy} |`
  })
  return `# Errors

<!-- Made by npm run docs from packages/protocol/src/errors.ts and scripts/error-notes.mjs: change those. -->

Branch on the code, never on the text. In code it is in capitals, \`error.code === 'SIGNATURE_MISMATCH'\`
of a \`MediaError\`; on the wire it is in lower case, where there is a place for it: \`error.code\` in the
answers of the signing endpoint and in the server's log. The Upload API answers in the protocol's own
shape, \`{"error": {"message": "…"}}\`, whose texts stay as its clients know them.

| code | what has happened | what to do |
| --- | --- | --- |
${rows.join('\n')}
`
}

if (isMain(import.meta.url)) {
  for (const [path, text] of await generateDocs()) {
    writeFileSync(join(ROOT, path), text)
    console.log(`Wrote ${path}`)
  }
}
