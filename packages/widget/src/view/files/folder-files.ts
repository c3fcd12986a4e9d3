/** Reads the files of dropped folders. @module */

/** Maximum number of files in one drop, so that a dropped disk does not add all of its files. */
const MAX_FILES = 5000

/** Returns every file of the entries and of their subfolders, in order. */
export async function filesOf(entries: readonly (FileSystemEntry | null)[]): Promise<File[]> {
  const files: File[] = []
  for (const entry of entries) if (entry) await collect(entry, files)
  return files
}

async function collect(entry: FileSystemEntry, files: File[]): Promise<void> {
  if (files.length >= MAX_FILES) return
  if (isFileEntry(entry)) {
    const file = await new Promise<File | null>((resolve) =>
      entry.file(resolve, () => resolve(null)),
    )
    // Finder and Explorer add these files to every folder.
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
