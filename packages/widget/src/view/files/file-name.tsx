/** A file's name, cut in the middle where it is long. @module */

import type { JSX } from 'preact'

/** The end that is never cut: the last six characters and the extension. */
const TAIL = /.{0,6}(\.[^.]{1,8})?$/su

/** A name whose end stays readable; whole for assistive technology. */
export function FileName({ name }: { name: string }): JSX.Element {
  const tail = TAIL.exec(name)?.[0] ?? ''
  return (
    <>
      <span class="sr">{name}</span>
      <span class="name" dir="ltr" aria-hidden="true">
        <span>{name.slice(0, name.length - tail.length)}</span>
        <span>{tail}</span>
      </span>
    </>
  )
}
