/** Where the programs of the server's threads and processes are. @module */

/** A program of `packages/server/build.mjs`. */
type WorkerName = 'decoder-process' | 'metadata-worker' | 'part-joiner-worker' | 'sqlite-worker'

/**
 * Address of a program, `dist/workers/<name>.js`: it is loaded from one file, which the build makes. Run from sources,
 * the built one is taken, too.
 */
export function workerUrl(name: WorkerName): URL {
  const folder = import.meta.url.endsWith('.ts') ? '../dist/workers/' : './workers/'
  return new URL(`${folder}${name}.js`, import.meta.url)
}
