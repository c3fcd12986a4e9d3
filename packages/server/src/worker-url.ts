/** Where the programs of the server's threads are. @module */

/** A program of `packages/server/build.mjs`. */
type WorkerName = 'metadata-worker' | 'part-joiner-worker' | 'sqlite-worker'

/**
 * Address of a thread's program, `dist/workers/<name>.js`: a thread is loaded from one file, which the build makes. Run from sources,
 * the built one is taken, too.
 */
export function workerUrl(name: WorkerName): URL {
  const folder = import.meta.url.endsWith('.ts') ? '../dist/workers/' : './workers/'
  return new URL(`${folder}${name}.js`, import.meta.url)
}
