/** Files of a drop, folders opened. @module */

/** Files in one drop at most: a whole disk is not an upload. */
const MAX_FILES = 5000

/**
 * The files of a drop or paste, those of folders included, in order.
 *
 * @param data Read at once: it is empty after the event.
 */
export async function droppedFiles(data: DataTransfer): Promise<File[]> {
  const entries = [...data.items].map((item) => item.webkitGetAsEntry?.() ?? null)
  const plain = [...data.files]
  if (!entries.some((entry) => entry?.isDirectory)) return plain
  const files: File[] = []
  for (const entry of entries) if (entry) await collect(entry, files)
  return files
}

/** How many files hover, and their MIME types where the browser tells. */
export function hoveringTypes(data: DataTransfer): string[] {
  return [...data.items].filter((item) => item.kind === 'file').map((item) => item.type)
}

async function collect(entry: FileSystemEntry, files: File[]): Promise<void> {
  if (files.length >= MAX_FILES) return
  if (isFileEntry(entry)) {
    const file = await new Promise<File | null>((resolve) =>
      entry.file(resolve, () => resolve(null)),
    )
    // Finder and Explorer leave these in every folder.
    if (file && !/^(\.DS_Store|Thumbs\.db|desktop\.ini)$/.test(file.name)) files.push(file)
    return
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve) =>
      reader.readEntries(resolve, () => resolve([])),
    )
    if (batch.length === 0) return
    for (const child of batch) await collect(child, files)
  }
}

function isFileEntry(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile
}
