/**
 * Checks that everything the documents mention exists, and that generated documents are up to date.
 * @module
 */

import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { generateDocs } from './generate-docs.mjs'
import { isMain } from './is-main.mjs'
import { listFiles, listPackages, ROOT, readJson } from './repository.mjs'

const PATH_IN_CODE =
  /^(?:packages|examples|scripts|docs|bench|test|\.ci|\.changeset)\/[\w./@[\]()-]*$|^[A-Z]+\.md$/
const NPM_BUILTINS = new Set(['ci', 'install', 'exec', 'pack', 'publish'])

/**
 * Checks README.md, CONTRIBUTING.md and everything below docs/.
 *
 * @returns {Promise<string[]>} One sentence per problem.
 */
export async function checkDocs() {
  const names = [
    'README.md',
    'CONTRIBUTING.md',
    ...listFiles(join(ROOT, 'docs'), isMarkdown).map(below('docs')),
  ]
  const missing = names.filter((name) => !existsSync(join(ROOT, name)))
  const documents = names
    .filter((name) => existsSync(join(ROOT, name)))
    .map((name) => ({ name, text: readFileSync(join(ROOT, name), 'utf8') }))
  const sources = readSourceText()
  return [
    ...missing.map((name) => `${name} is missing`),
    ...documents.flatMap((document) => [
      ...scriptProblems(document),
      ...pathProblems(document),
      ...linkProblems(document),
      ...commandProblems(document),
      ...variableProblems(document, sources),
    ]),
    ...(await generatedProblems()),
  ]
}

/** @param {string} name */
function isMarkdown(name) {
  return name.endsWith('.md')
}

/** @param {string} folder */
function below(folder) {
  return (/** @type {string} */ name) => `${folder}/${name}`
}

/**
 * @typedef {object} Document
 * @property {string} name Path relative to the repository's root.
 * @property {string} text
 */

/** @param {Document} document */
function scriptProblems({ name, text }) {
  const { scripts } = readJson(join(ROOT, 'package.json'))
  const named = [...text.matchAll(/\bnpm run ([\w:-]+)|\bnpm (start|test)\b/g)]
  return named
    .map((match) => match[1] ?? match[2] ?? '')
    .filter((script) => !Object.hasOwn(scripts, script) && !NPM_BUILTINS.has(script))
    .map((script) => `${name}: there is no npm script ${script}`)
}

/** @param {Document} document */
function pathProblems({ name, text }) {
  return [...text.matchAll(/`([^`\n]+)`/g)]
    .map((match) => match[1] ?? '')
    .filter((code) => PATH_IN_CODE.test(code) && !code.includes('...'))
    .filter((path) => !existsSync(join(ROOT, path)))
    .map((path) => `${name}: ${path} does not exist`)
}

/** @param {Document} document */
function linkProblems({ name, text }) {
  return [...text.matchAll(/\]\(([^)\s]+)\)|\b(?:src|srcset|href)="([^"]+)"/g)]
    .map((match) => match[1] ?? match[2] ?? '')
    .filter((target) => !/^([a-z]+:|#)/i.test(target))
    .filter((target) => !existsSync(join(ROOT, dirname(name), target.replace(/#.*$/, ''))))
    .map((target) => `${name}: the link to ${target} leads nowhere`)
}

/** @param {Document} document */
function commandProblems({ name, text }) {
  const commands = listFiles(join(ROOT, 'packages/cli/src/commands')).map((file) =>
    file.replace(/\.ts$/, ''),
  )
  return [...text.matchAll(/\bnpx countersign ([a-z]+)/g)]
    .map((match) => match[1] ?? '')
    .filter((command) => !commands.includes(command))
    .map((command) => `${name}: there is no command countersign ${command}`)
}

/**
 * @param {Document} document
 * @param {string} sources
 */
function variableProblems({ name, text }, sources) {
  return [...new Set(text.match(/\b(?:NEXT_PUBLIC_)?COUNTERSIGN_[A-Z_]+\b/g) ?? [])]
    .filter((variable) => !sources.includes(variable))
    .map((variable) => `${name}: nothing reads ${variable}`)
}

function readSourceText() {
  const files = listPackages().flatMap(({ path }) =>
    listFiles(join(path, 'src'), (name) => /\.tsx?$/.test(name)).map((name) =>
      join(path, 'src', name),
    ),
  )
  const scripts = listFiles(join(ROOT, 'scripts')).map((name) => join(ROOT, 'scripts', name))
  return [...files, ...scripts].map((path) => readFileSync(path, 'utf8')).join('\n')
}

async function generatedProblems() {
  return [...(await generateDocs())]
    .filter(
      ([path, text]) =>
        !existsSync(join(ROOT, path)) || readFileSync(join(ROOT, path), 'utf8') !== text,
    )
    .map(([path]) => `${path} is out of date: run npm run docs`)
}

if (isMain(import.meta.url)) {
  const problems = await checkDocs()
  for (const problem of problems) console.error(problem)
  process.exitCode = problems.length === 0 ? 0 : 1
}
