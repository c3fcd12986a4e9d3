/** Locates the programs of the server's threads and processes. @module */

/** Name of a program that `packages/server/build.mjs` builds. */
type WorkerName =
  | 'decoder-process'
  | 'metadata-worker'
  | 'part-joiner-worker'
  | 'sqlite-reader'
  | 'sqlite-worker'

/**
 * Returns the URL of a program, `dist/workers/<name>.js`. A server that runs from sources uses the built program, too, because a thread
 * loads one file.
 */
export function workerUrl(name: WorkerName): URL {
  const folder = import.meta.url.endsWith('.ts') ? '../dist/workers/' : './workers/'
  return new URL(`${folder}${name}.js`, import.meta.url)
}
