/** Where focus goes when what has it leaves. @module */

/** Before a row is taken out: focus the next row's last button, else the previous row's, else the footer's first. */
export function moveFocusFrom(row: HTMLElement): void {
  const neighbour = row.nextElementSibling ?? row.previousElementSibling
  const buttons = (neighbour ?? row.closest('.panel')?.querySelector('.foot'))?.querySelectorAll(
    'button',
  )
  const target = neighbour ? buttons?.[buttons.length - 1] : buttons?.[0]
  target?.focus()
}
