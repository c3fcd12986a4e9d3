import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listFiles, ROOT } from './repository.mjs'

const DOCS = join(ROOT, 'docs')

describe('the index of the docs', () => {
  it('links each guide, reference and page', () => {
    const index = readFileSync(join(DOCS, 'README.md'), 'utf8')
    const pages = listFiles(DOCS, (name) => name.endsWith('.md')).filter(
      (name) => name !== 'README.md' && !name.startsWith('decisions/'),
    )
    expect(pages.length).toBeGreaterThan(30)
    expect(pages.filter((page) => !index.includes(`](${page}`))).toEqual([])
  })
})

describe('the index of the decisions', () => {
  const folder = join(DOCS, 'decisions')
  const rows = readFileSync(join(folder, 'README.md'), 'utf8')
    .split('\n')
    .filter((line) => /^\| \d/.test(line))
  const files = readdirSync(folder).filter((name) => name !== 'README.md')

  it('has one row for each decision, in order, with its title and a status', () => {
    const wanted = files.sort().map((file) => {
      const [heading = ''] = readFileSync(join(folder, file), 'utf8').split('\n')
      const [, number, title] = /^# (\d+)\. (.+)$/.exec(heading) ?? []
      expect(Number(number), file).toBe(Number(file.slice(0, 4)))
      return `| ${number} | [${title}](${file}) | `
    })
    expect(rows).toHaveLength(files.length)
    for (const [index, start] of wanted.entries()) {
      const row = rows[index] ?? ''
      expect(row.startsWith(start), `${row} starts with ${start}`).toBe(true)
      expect(row).toMatch(/\| (?:in force|replaced by \d+) \|$/)
    }
  })
})
