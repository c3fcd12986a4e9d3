/**
 * Collects the messages that widget, signing endpoint and doctor can show, from their sources.
 * @module
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync } from 'oxc-parser'
import { listFiles, ROOT } from './repository.mjs'

/**
 * Where the messages of a part are defined.
 * @typedef {object} MessagePlace
 * @property {readonly string[]} folders Folders or files below `packages/`.
 * @property {readonly string[]} properties Properties whose value is a message, such as `seen`.
 * @property {Readonly<Record<string, number>>} calls Functions that take a message, with the position of the argument.
 * @property {readonly string[]} maps Constants whose values are messages.
 * @property {RegExp} [keys] Keys of these values, if only some of them are messages.
 */

/** @type {Readonly<Record<'people' | 'page developers' | 'endpoint' | 'doctor', MessagePlace>>} */
const PLACES = {
  people: {
    folders: ['widget/src/core/failures/sentences.ts', 'widget/src/view/words/locales'],
    properties: [],
    calls: {},
    maps: ['SENTENCES', 'enProblem', 'enFiles', 'enSources'],
    keys: /^[a-z_]+$|^problem\.title|^notifications\.|statuses\.(again|offline|file_needed)|undo_failed|sources\.failed$|^url\.(blocked|status|not_media)|\.(blocked|none|busy|insecure)$/,
  },
  'page developers': {
    folders: ['widget/src/core', 'widget/src/view', 'widget/src/script', 'react/src'],
    properties: ['detail', 'advice'],
    calls: { setUp: 0, createConfigFailure: 0 },
    maps: [],
  },
  endpoint: {
    folders: ['endpoint/src'],
    properties: ['message'],
    calls: { refuse: 1, configInvalid: 0, invalid: 0 },
    maps: ['SAFE_TEXT', 'MESSAGES'],
  },
  doctor: {
    folders: ['cli/src/doctor/checks'],
    properties: ['seen'],
    calls: { notChecked: 0 },
    maps: [],
  },
}

/**
 * Returns the messages of one part, sorted. A value that is inserted at run time is `…`.
 *
 * @param {keyof typeof PLACES} part
 * @returns {string[]}
 */
export function messagesOf(part) {
  const place = PLACES[part]
  const files = place.folders.flatMap((folder) => sourcesOf(join(ROOT, 'packages', folder)))
  const messages = files.flatMap((file) => messagesIn(file, readFileSync(file, 'utf8'), place))
  return [...new Set(messages)].sort()
}

/**
 * @param {string} path Absolute path of a folder or a file.
 * @returns {string[]}
 */
function sourcesOf(path) {
  if (path.endsWith('.ts')) return [path]
  return listFiles(path, (name) => /\.tsx?$/.test(name) && !/\.(test|d)\.tsx?$/.test(name)).map(
    (name) => join(path, name),
  )
}

/**
 * @param {string} file
 * @param {string} text
 * @param {MessagePlace} place
 * @returns {string[]}
 */
function messagesIn(file, text, { properties, calls, maps, keys = /^/ }) {
  /** @type {string[]} */
  const found = []
  visit(parseSync(file, text).program, (node) => {
    if (node.type === 'Property' && properties.includes(node.key.name))
      found.push(...textsOf(node.value))
    if (node.type === 'CallExpression' && Object.hasOwn(calls, node.callee.name)) {
      found.push(...textsOf(node.arguments[calls[node.callee.name] ?? 0]))
    }
    if (node.type === 'VariableDeclarator' && properties.includes(node.id.name))
      found.push(...textsOf(node.init))
    if (node.type === 'VariableDeclarator' && maps.includes(node.id.name)) {
      visit(node.init, (inner) => {
        if (inner.type === 'Property' && keys.test(inner.key.name ?? inner.key.value))
          found.push(...textsOf(inner.value))
        if (inner.type === 'ArrayExpression' && inner.elements.length === 2)
          found.push(...textsOf(inner.elements[1]))
      })
    }
  })
  // A single word is a code, and a text of placeholders alone is no message.
  return found
    .map((message) => message.replaceAll(/\{\{-?\s*\w+\s*\}\}/g, '…'))
    .filter((message) => /[a-z] [a-z…]/i.test(message))
}

/**
 * Returns the texts that an expression can evaluate to: both branches of a condition, and templates with `…` for each value.
 *
 * @param {any} node
 * @returns {string[]}
 */
function textsOf(node) {
  switch (node?.type) {
    case 'Literal':
      return typeof node.value === 'string' ? [node.value] : []
    case 'TemplateLiteral':
      return [node.quasis.map((/** @type {any} */ { value }) => value.cooked).join('…')]
    case 'ConditionalExpression':
      return [...textsOf(node.consequent), ...textsOf(node.alternate)]
    case 'LogicalExpression':
      return [...textsOf(node.left), ...textsOf(node.right)]
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'ParenthesizedExpression':
      return textsOf(node.expression)
    default:
      return []
  }
}

/**
 * @param {any} node
 * @param {(node: any) => void} see Called for the node and everything below it.
 */
function visit(node, see) {
  if (Array.isArray(node)) for (const each of node) visit(each, see)
  else if (typeof node?.type === 'string') {
    see(node)
    for (const value of Object.values(node)) if (typeof value === 'object') visit(value, see)
  }
}
