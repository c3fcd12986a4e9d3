/** Reads the exported interfaces of a TypeScript file, with their docblocks. @module */

import { readFileSync } from 'node:fs'

/**
 * @typedef {object} Member
 * @property {string} name
 * @property {string} signature Text after the name: a type, or parameters and the return type.
 * @property {string} text Docblock without tags.
 * @property {string} fallback Value of `@default`, or empty.
 */

/**
 * @typedef {object} Interface
 * @property {string} name
 * @property {string} text Docblock of the interface.
 * @property {Member[]} members
 */

/**
 * Returns the exported interfaces of a file, in order.
 *
 * @param {string} path Absolute path.
 * @returns {Interface[]}
 * @throws Error if a member has no docblock. A docblock may cover the members that follow it directly.
 */
export function readInterfaces(path) {
  const source = readFileSync(path, 'utf8')
  const pattern =
    /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport interface (\w+)[^{]*\{\n([\s\S]*?)\n\}\n/g
  return [...source.matchAll(pattern)].map(([, doc = '', name = '', body = '']) => ({
    name,
    text: wordsOf(doc),
    members: membersOf(body),
  }))
}

/** @param {string} body @returns {Member[]} */
function membersOf(body) {
  // A member is indented by two blanks; deeper lines belong to the member before.
  const pattern =
    /(?: {2}\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)? {2}(?:readonly )?'?([\w-]+)'?\??((?::|\()[^\n]*(?:\n(?: {3,}\S| {2}[)}])[^\n]*)*)/g
  return [...body.matchAll(pattern)].map(([, doc = '', name = '', signature = '']) => ({
    name,
    signature: signature.replace(/^:\s*/, '').replace(/\s+/g, ' ').trim(),
    text: wordsOf(doc),
    fallback: /@default (.+?)\s*(?:\n|$)/.exec(doc)?.[1] ?? '',
  }))
}

/** @param {string} doc */
function wordsOf(doc) {
  return doc
    .replace(/^\s*\* ?/gm, '')
    .replace(/\{@link (\w+)\}/g, '`$1`')
    .replace(/@returns?\s+/g, 'Returns: ')
    .replace(/@(?!default)\w+[^\n]*/g, '')
    .replace(/@default .*/g, '')
    .replace(/\s+/g, ' ')
    .trim()
}
