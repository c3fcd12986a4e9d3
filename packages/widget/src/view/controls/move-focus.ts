/** Moves the focus before a focused element is removed. @module */

/** Call before a row is removed. Focuses the last button of the next or the previous row, else the footer's first button. */
export function moveFocusFrom(row: HTMLElement): void {
  const neighbour = row.nextElementSibling ?? row.previousElementSibling
  const buttons = (neighbour ?? row.closest('.panel')?.querySelector('.foot'))?.querySelectorAll(
    'button',
  )
  const target = neighbour ? buttons?.[buttons.length - 1] : buttons?.[0]
  target?.focus()
}
