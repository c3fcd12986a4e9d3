/** Finds import cycles between source files and between folders. @module */

import { posix } from 'node:path'
import { COMPOSITIONS } from './boundary-rules.mjs'

/** @typedef {import('./check-boundaries.mjs').SourceFile} SourceFile */

/** @param {readonly SourceFile[]} files */
export function cycleProblems(files) {
  const graph = new Map(
    files.map((file) => [
      pathOf(file),
      siblingsOf(file, file.loads).map((name) => `packages/${file.owner}/src/${name}`),
    ]),
  )
  /** @type {Map<string, 'open' | 'done'>} */
  const state = new Map()
  /** @type {string[]} */
  const problems = []
  const visit = (/** @type {string} */ path, /** @type {readonly string[]} */ trail) => {
    if (state.get(path) === 'done') return
    if (state.get(path) === 'open') {
      problems.push(`Import cycle: ${[...trail.slice(trail.indexOf(path)), path].join(' -> ')}`)
      return
    }
    state.set(path, 'open')
    for (const target of graph.get(path) ?? []) visit(target, [...trail, path])
    state.set(path, 'done')
  }
  for (const path of graph.keys()) visit(path, [])
  return problems
}

/**
 * Finds cycles between folders. Type imports count. Imports between a folder and a folder inside it do not count, because both are one feature.
 *
 * @param {readonly SourceFile[]} files
 */
export function folderCycleProblems(files) {
  /** @type {Map<string, Map<string, string>>} */
  const arrows = new Map()
  for (const file of files) {
    const from = folderOf(file.owner, file.name)
    for (const target of siblingsOf(file, file.imports)) {
      const to = folderOf(file.owner, target)
      const isComposition = COMPOSITIONS.some(
        (each) => each.package === file.owner && each.file === target,
      )
      if (isComposition || `${to}/`.startsWith(`${from}/`) || from.startsWith(`${to}/`)) continue
      const known = arrows.get(from) ?? new Map()
      arrows.set(from, known.set(to, `${pathOf(file)} imports ${target}`))
    }
  }
  return [...arrows.keys()].flatMap((start) => folderCycle(arrows, start))
}

/**
 * Finds the shortest cycle through a folder. Reports a cycle once, for its first folder by name.
 *
 * @param {ReadonlyMap<string, ReadonlyMap<string, string>>} arrows
 * @param {string} start
 */
function folderCycle(arrows, start) {
  /** @type {{ folder: string, trail: readonly string[], reasons: readonly string[] }[]} */
  const open = [{ folder: start, trail: [start], reasons: [] }]
  const seen = new Set()
  for (const { folder, trail, reasons } of open) {
    for (const [next, reason] of arrows.get(folder) ?? []) {
      if (next === start) {
        const isFirst = trail.every((each) => each >= start)
        const isOfFolders = trail.some((each) => !/\.tsx?$/.test(each))
        return isFirst && isOfFolders
          ? [`Folder cycle: ${[...trail, start].join(' -> ')} (${[...reasons, reason].join('; ')})`]
          : []
      }
      if (seen.has(next)) continue
      seen.add(next)
      open.push({ folder: next, trail: [...trail, next], reasons: [...reasons, reason] })
    }
  }
  return []
}

/**
 * Returns a file's folder below `packages`. A file directly in `src` counts as its own folder.
 *
 * @param {string} owner
 * @param {string} name
 */
function folderOf(owner, name) {
  const folder = posix.dirname(name)
  return `${owner}/${folder === '.' ? name : folder}`
}

/**
 * Returns the imports that are files of the same package, as paths below `src/`.
 *
 * @param {SourceFile} file
 * @param {readonly string[]} imports
 */
export function siblingsOf(file, imports) {
  return imports
    .filter((name) => name.startsWith('.'))
    .map((name) => posix.join(posix.dirname(file.name), name))
    .map((name) => name.replace(/\.js$/, '.ts').replace(/\.jsx$/, '.tsx'))
}

/** @param {SourceFile} file */
export function pathOf(file) {
  return `packages/${file.owner}/src/${file.name}`
}
