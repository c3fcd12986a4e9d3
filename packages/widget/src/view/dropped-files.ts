/** Files of a drop, folders opened. @module */

/**
 * The files of a drop or paste, those of folders included, in order.
 *
 * @param data Read at once: it is empty after the event.
 */
export async function droppedFiles(data: DataTransfer): Promise<File[]> {
  const entries = [...data.items].map((item) => item.webkitGetAsEntry?.() ?? null)
  const plain = [...data.files]
  if (!entries.some((entry) => entry?.isDirectory)) return plain
  const { filesOf } = await import('./folder-files.js')
  return filesOf(entries)
}

/** How many files hover, and their MIME types where the browser tells. */
export function hoveringTypes(data: DataTransfer): string[] {
  return [...data.items].filter((item) => item.kind === 'file').map((item) => item.type)
}
