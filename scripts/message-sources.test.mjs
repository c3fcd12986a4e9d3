import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { messagesOf } from './message-sources.mjs'
import { ROOT } from './repository.mjs'

const PAGE = readFileSync(join(ROOT, 'docs', 'guide', 'messages.md'), 'utf8')

/** @param {string} heading */
function rowsOf(heading) {
  const [, section = ''] = PAGE.split(`## ${heading}\n`)
  const lines = section.split('\n## ')[0]?.split('\n') ?? []
  return lines
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|')))
    .map(([, message = '', cause, cure]) => ({ message: message.slice(1, -1), cause, cure }))
}

describe('the page about messages', () => {
  it.each([
    ['Messages to people who upload', 'people', 40],
    ['Messages in the console of the page', 'page developers', 10],
    ['Messages of the signing endpoint', 'endpoint', 60],
    ['Findings of the doctor', 'doctor', 50],
  ])('lists each message under "%s" once, with cause and remedy', (heading, part, least) => {
    const rows = rowsOf(heading)
    const messages = messagesOf(/** @type {any} */ (part))
    expect(messages.length).toBeGreaterThan(least)
    expect(rows.map(({ message }) => message).sort()).toEqual(messages)
    for (const { cause, cure } of rows) expect([cause, cure]).not.toContain('')
  })
})
