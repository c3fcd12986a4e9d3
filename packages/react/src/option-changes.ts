/** Passes the options that changed between two renders to an open widget. @module */

/** Options by name. */
export type OptionRecord = Readonly<Record<string, unknown>>

/** Updates a widget with the options that differ. Does nothing if there is no widget yet, or if no option differs. */
export function passOptionChanges(
  widget: { update(changes: Record<string, unknown>): void } | undefined,
  { before, after }: { readonly before: object; readonly after: object },
): void {
  const changes = optionChanges({ ...before }, { ...after })
  if (Object.keys(changes).length > 0) widget?.update(changes)
}

/** Returns the options that differ, with their new values. A removed option is `undefined`. Plain objects and arrays are compared by content. */
export function optionChanges(before: OptionRecord, after: OptionRecord): Record<string, unknown> {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  const changed = [...names].filter((name) => !isSame(before[name], after[name]))
  return Object.fromEntries(changed.map((name) => [name, after[name]]))
}

function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => isSame(item, b[index]))
  }
  if (!isPlainObject(a) || !isPlainObject(b)) return false
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && isSame(a[name], b[name]))
  )
}

function isPlainObject(value: unknown): value is OptionRecord {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  )
}
