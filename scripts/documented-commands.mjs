/** Collects the shell commands that the documents show, and lists those that a test cannot run. @module */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { listFiles, ROOT } from './repository.mjs'

/**
 * A shell command of a document.
 *
 * @typedef {object} DocumentedCommand
 * @property {string} page Path of the document from the root.
 * @property {string} command Text of the command, without its comment.
 * @property {boolean} isBlock True for a line of a code block, false for code inside a sentence.
 */

/** Code inside a sentence is a command if it begins with one of these programs and has an argument. */
const PROGRAM =
  /^(?:[A-Z_]+=\S+ )*(?:countersign|npx|npm|node|next|vite|nuxt|deno|bun|curl|openssl|echo|sqlite3|cp|mkdir) \S/

/**
 * Reasons why a test does not run a command. A command that begins with a key has its reason.
 *
 * @type {ReadonlyMap<string, string>}
 */
export const NOT_RUN = new Map([
  ['npm test', 'It runs this test.'],
  ['npm start', 'Builds the example with Next.js and starts it, as test/e2e/example.test.ts does.'],
  ['npm ci', 'Needs the npm registry; npm test begins with it in a fresh clone.'],
  [
    'npm run build',
    'npm test begins with it; a second build would change files under running tests.',
  ],
  ['npm run check', 'npm test runs the same checks.'],
  ['npm run format', 'Changes the sources; npm test checks the format.'],
  ['npm run docs', 'Changes the documents; npm test compares them with the sources.'],
  ['npm run screenshots', 'Takes all pictures again, which needs minutes.'],
  ['npm run bench', 'Needs ten minutes and a quiet machine.'],
  ['npm run test:browsers', 'Installs three browsers; .ci/run runs it.'],
  ['npm run test:runtimes', 'Installs Bun, Deno and workerd; .ci/run runs it.'],
  ['npm run test:apps', 'Runs the suite that this list belongs to.'],
  ['npm run test:nodes', 'Runs all unit tests again on other versions of Node.'],
  ['npx vitest run', 'Runs tests inside a test.'],
  ['npx changeset', 'Asks questions in a terminal.'],
  [
    'npm install',
    'Needs the npm registry; bench/newcomer.mjs runs it. The test checks that its files exist.',
  ],
  ['npm create vite@latest', 'Needs the npm registry; bench/newcomer.mjs runs it.'],
  ['node bench/newcomer.mjs', 'Needs the npm registry and ten minutes.'],
  ['node scripts/compare-looks.mjs', 'Needs the npm registry.'],
  ['next dev', 'Compiles a page for half a minute; bench/newcomer.mjs runs it.'],
  ['next build', 'test/apps and test/e2e build apps with it.'],
  ['nuxt dev', 'Needs a Nuxt app.'],
  ['node --env-file=.env.local node_modules/vite/bin/vite.js dev', 'Needs a SvelteKit app.'],
  ['deno serve', 'Needs Deno; npm run test:runtimes runs the endpoint in it.'],
  ['bun run', 'Needs Bun; npm run test:runtimes runs the endpoint in it.'],
  ['npx wrangler', 'Needs a Cloudflare account.'],
])

/** Returns every shell command of the README, CONTRIBUTING.md, the examples and the pages below docs, generated pages excepted. */
export function documentedCommands() {
  const pages = [
    'README.md',
    'CONTRIBUTING.md',
    'examples/nextjs/README.md',
    ...listFiles(join(ROOT, 'docs'), (name) => name.endsWith('.md'))
      .filter((name) => !/^(?:reference\/|errors\.md)/.test(name))
      .map((name) => `docs/${name}`),
  ]
  return pages.flatMap((page) => commandsOf(page, readFileSync(join(ROOT, page), 'utf8')))
}

/**
 * Returns the shell commands of one document: the lines of its `sh` blocks, and code inside its sentences.
 *
 * @param {string} page
 * @param {string} text
 * @returns {DocumentedCommand[]}
 */
export function commandsOf(page, text) {
  const blocks = [...text.matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)].flatMap(([, block = '']) =>
    block.replaceAll(/\s*\\\n\s*/g, ' ').split('\n'),
  )
  const sentences = text.replaceAll(/^ *```[\s\S]*?^ *```/gm, '')
  const inline = [...sentences.matchAll(/`([^`]+)`/g)]
    .map(([, code = '']) => code.replaceAll(/\s+/g, ' '))
    .filter((code) => PROGRAM.test(code))
  const found = [
    ...blocks.map((line) => ({ page, command: withoutComment(line), isBlock: true })),
    ...inline.map((command) => ({ page, command, isBlock: false })),
  ]
  return found.filter(({ command }) => command !== '')
}

/**
 * Returns the reason why a test does not run a command; `undefined` if it must run the command.
 *
 * @param {string} command
 */
export function reasonNotToRun(command) {
  for (const [start, reason] of NOT_RUN) if (beginsWith(command, start)) return reason
  return undefined
}

/**
 * Returns true if a command is the same as another, or the other is a shortened mention of it.
 *
 * @param {string} command
 * @param {string} start
 */
export function beginsWith(command, start) {
  const whole = plain(command)
  const wanted = plain(start)
  return whole === wanted || whole.startsWith(`${wanted} `)
}

/** @param {string} command */
function plain(command) {
  return command.replace(/ ?…$/, '').replace(/\bnpx countersign\b/, 'countersign')
}

/** @param {string} line */
function withoutComment(line) {
  return line.replace(/(?:^|\s+)#\s.*$/, '').trim()
}
