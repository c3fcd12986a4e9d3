/** A file's name, shortened in the middle. @module */

import type { JSX } from 'preact'

/** The end that is never cut: up to six characters and the extension. */
const TAIL = /.{0,6}(\.[^.]{1,8})?$/su

/** Draws a file name that is shortened before its end. Assistive technology reads the whole name. */
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
