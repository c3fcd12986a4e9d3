import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readInterfaces } from './read-interfaces.mjs'

it('reads members with docblocks, types and defaults, also over several lines', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'interfaces-')), 'a.ts')
  writeFileSync(
    path,
    `/** A module. @module */

/** What a page sets. */
export interface Options extends Other {
  /** Bytes. @default 20 */
  maxBytes?: number | null
  /**
   * Called, see {@link Other}.
   *
   * @returns Nothing of use.
   */
  call(
    first: string,
  ): void
  'two-words': { readonly a: string }
}
`,
  )
  expect(readInterfaces(path)).toEqual([
    {
      name: 'Options',
      text: 'What a page sets.',
      members: [
        { name: 'maxBytes', signature: 'number | null', text: 'Bytes.', fallback: '20' },
        {
          name: 'call',
          signature: '( first: string, ): void',
          text: 'Called, see `Other`. Returns: Nothing of use.',
          fallback: '',
        },
        { name: 'two-words', signature: '{ readonly a: string }', text: '', fallback: '' },
      ],
    },
  ])
})
