/**
 * Writes the documents that are generated from the code: `npm run docs`. The packages must be
 * built. @module
 */

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ERROR_NOTES } from './error-notes.mjs'
import { isMain } from './is-main.mjs'
import { readInterfaces } from './read-interfaces.mjs'
import { ROOT } from './repository.mjs'

/**
 * Generates the documents.
 *
 * @returns {Promise<Map<string, string>>} Text by path relative to the repository's root.
 * @throws Error if a code has no note, or a note has no code.
 */
export async function generateDocs() {
  const { ERROR_CODES, wireCode } = await import('@countersign/protocol/errors')
  const unexplained = ERROR_CODES.filter((code) => !Object.hasOwn(ERROR_NOTES, code))
  const unknown = Object.keys(ERROR_NOTES).filter((code) => !ERROR_CODES.some((c) => c === code))
  if (unexplained.length + unknown.length > 0) {
    throw new Error(
      `scripts/error-notes.mjs and ERROR_CODES differ: ${[...unexplained, ...unknown].join(', ')}`,
    )
  }
  const { PARAMS } = await import('@countersign/protocol/params')
  const { LIMIT_SPECS } = await import('@countersign/server/catalog')
  return new Map([
    ['docs/errors.md', errorsPage(ERROR_CODES, wireCode)],
    ['docs/reference/limits.md', limitsPage(Object.values(LIMIT_SPECS))],
    ['docs/reference/parameters.md', parametersPage([...PARAMS.values()])],
    ['docs/reference/widget.md', widgetPage()],
  ])
}

/**
 * @param {readonly string[]} codes
 * @param {(code: any) => string} wireCode
 */
function errorsPage(codes, wireCode) {
  const rows = codes.map((code) => {
    const note = ERROR_NOTES[code]
    return `| \`${wireCode(code)}\` | ${note?.meaning} | ${note?.remedy} |`
  })
  return `# Errors

<!-- Made by npm run docs from packages/protocol/src/errors.ts and scripts/error-notes.mjs: change those. -->

Branch on the code, not on the text. In code, the code is upper case: \`error.code === 'SIGNATURE_MISMATCH'\`
of a \`MediaError\`. On the wire, it is lower case: \`error.code\` in answers of the signing endpoint and in
the server's log. The Upload API answers in the protocol's shape, \`{"error": {"message": "…"}}\`, with the
protocol's texts.

| code | meaning | what to do |
| --- | --- | --- |
${rows.join('\n')}
`
}

/** @param {readonly { variable: string | null, fallback: number, fallbackText?: string, max: number, what: string }[]} limits */
function limitsPage(limits) {
  const rows = limits.map(({ variable, fallback, fallbackText, max, what }) => {
    const most = max === Number.MAX_SAFE_INTEGER ? '' : String(max)
    return variable
      ? `| \`${variable}\` | ${what} | ${fallbackText ?? fallback} | ${most} |`
      : `| fixed | ${what} | ${fallback} | ${fallback} |`
  })
  return `# Limits

<!-- Made by npm run docs from packages/server/src/limits.ts: change that. -->

Limits of \`countersign serve\` per request, client address and cloud. The server does not start with a value
over the ceiling. \`countersign config --effective\` prints the current limits. Errors name the limit that was
exceeded. Presets can set further limits: see [Keys, scopes and presets](../guide/keys.md).

| variable | what it limits | default | at most |
| --- | --- | --- | --- |
${rows.join('\n')}

Fixed by the parser or the protocol: 8 KiB for the headers of one part, 70 characters for a boundary, 255
characters for a public id. A signature's timestamp may be 60 minutes old or 15 minutes in the future.
`
}

/** @typedef {import('@countersign/protocol/params').ParamSpec} ParamSpec */

const RISK_WORDS = /** @type {const} */ ({
  client: 'the page, within a rule',
  'server-only': 'the policy only',
  never: '–',
})

const SUPPORT_WORDS = /** @type {const} */ ({
  supported: 'works',
  later: 'not yet: 400',
  refused: 'refused: 400',
  ignored: 'ignored',
})

/** @param {readonly ParamSpec[]} params */
function parametersPage(params) {
  const rows = [...params]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, type, risk, isSigned, support, actions }) => {
      const cells = [
        `\`${name}\``,
        type,
        RISK_WORDS[risk],
        isSigned ? 'yes' : 'no',
        SUPPORT_WORDS[support],
        actions.map((action) => action.replaceAll('_', ' ')).join(', '),
      ]
      return `| ${cells.join(' | ')} |`
    })
  return `# Parameters

<!-- Made by npm run docs from packages/protocol/src/params.ts: change that. -->

All parameters of all Upload API actions: ours and the protocol's. The table includes parameters that
this server refuses or does not support yet, because clients sign them too. Any other field is not
signed, used or stored.

"Set by" applies to signatures for a browser. A signing endpoint lets the page choose a value if a rule
allows it, sets some values itself, and accepts no value for others (–). "Support" applies to this server.

| parameter | type | set by | signed | support | actions |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`
}

/** Option groups that are listed by name only. */
const BARE_GROUPS = new Set(['UnsupportedOptions', 'MeaninglessOptions'])

function widgetPage() {
  const folder = join(ROOT, 'packages', 'widget', 'src', 'options')
  const groups = readInterfaces(join(folder, 'options.ts')).filter(
    ({ name }) => name.endsWith('Options') && name !== 'UploadWidgetOptions',
  )
  const [instance] = readInterfaces(join(folder, 'instance.ts'))
  const events = readInterfaces(join(folder, 'events.ts'))
  const table = events.find(({ name }) => name === 'UploadWidgetEvents')
  return `# The widget: options, methods, events

<!-- Made by npm run docs from options.ts, instance.ts and events.ts of packages/widget/src/options: change those. -->

For examples, see [the widget](../guide/widget.md). Every option may also be written in snake_case. \`update\`
changes any option of a running widget.

## Options

${groups.map(optionGroup).join('\n')}
## Methods

| method | what it does |
| --- | --- |
${(instance?.members ?? []).map(({ name, text }) => `| \`${name}\` | ${text || 'State of the widget.'} |`).join('\n')}

## Events

The callback gets \`(error, { event, info })\`. \`error\` is \`null\`, except for the two events with an error. The
result type is a union over this table: after \`if (result.event === 'success')\` the compiler knows \`result.info\`.

| event | \`info\` | when |
| --- | --- | --- |
${(table?.members ?? []).map(({ name, signature, text }) => `| \`${name}\` | ${typeCell(signature)} | ${textCell(text)} |`).join('\n')}

${events
  .filter(({ name }) =>
    [
      'UploadResult',
      'QueueFile',
      'UploadWidgetError',
      'UploadCompletion',
      'UploadProgress',
    ].includes(name),
  )
  .map(typeSection)
  .join('\n')}`
}

/** @param {import('./read-interfaces.mjs').Interface} group */
function optionGroup({ name, text, members }) {
  if (BARE_GROUPS.has(name)) {
    return `### ${text}\n\n${members.map((member) => `\`${member.name}\``).join(', ')}\n`
  }
  const rows = members.map((member) => {
    const cells = [
      `\`${member.name}\``,
      typeCell(member.signature),
      codeCell(member.fallback),
      textCell(member.text),
    ]
    return `| ${cells.join(' | ')} |`
  })
  return `### ${text.replace(/\.$/, '')}\n\n| option | type | default | what |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`
}

/** @param {import('./read-interfaces.mjs').Interface} type */
function typeSection({ name, text, members }) {
  const rows = members.map(
    (member) => `| \`${member.name}\` | ${typeCell(member.signature)} | ${textCell(member.text)} |`,
  )
  return `### ${name}\n\n${text}\n\n| member | type | what |\n| --- | --- | --- |\n${rows.join('\n')}\n`
}

/** @param {string} type */
function typeCell(type) {
  return codeCell(type.replaceAll('readonly ', ''))
}

/** @param {string} text */
function textCell(text) {
  return text.replaceAll('|', '\\|')
}

/** @param {string} code */
function codeCell(code) {
  return code === '' ? '' : `\`${code.replaceAll('|', '\\|')}\``
}

if (isMain(import.meta.url)) {
  for (const [path, text] of await generateDocs()) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true })
    writeFileSync(join(ROOT, path), text)
    console.log(`Wrote ${path}`)
  }
}
