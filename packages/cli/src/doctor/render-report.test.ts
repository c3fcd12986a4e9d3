import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { renderReport } from './render-report.js'
import type { Report } from './run-checks.js'

const LONG = 'A sentence that goes on for much longer than one line of a terminal is wide. '.repeat(
  2,
)
const REPORT: Report = {
  version: 1,
  url: 'http://localhost:3000/',
  files: ['.env.local', '.env'],
  findings: [
    { check: 'cloud', title: 'Cloud', severity: 'green', seen: LONG },
    { check: 'clock', title: 'Clocks', severity: 'amber', seen: 'Apart.', advice: LONG },
    { check: 'route', title: 'Signing route', severity: 'red', seen: LONG, details: [LONG] },
  ],
  counts: { red: 1, amber: 1, green: 1, skipped: 0 },
}

describe('the report for people', () => {
  const text = renderReport(REPORT, { isColored: false })

  it('fits 80 columns', () => {
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  })

  it('begins with the red findings and ends with the totals', () => {
    const places = ['✗ red', '! amber', '✓ green', '1 red, 1 amber, 1 green']
    const found = places.map((place) => text.indexOf(place))
    expect(found).toEqual(found.toSorted((one, other) => one - other))
    expect(found[0]).toBeGreaterThan(0)
  })

  it('prints common advice for several routes once', () => {
    const each = {
      check: 'signature',
      title: 'Signature',
      severity: 'amber',
      advice: 'Go.',
    } as const
    const findings = ['One.', 'Two.', 'Three.'].map((seen) => ({ ...each, seen }))
    const said = renderReport({ ...REPORT, findings }, { isColored: false })
    expect(said.match(/Signature/g)).toHaveLength(1)
    expect(said).toMatch(/One\.\s+Two\.\s+Three\.\s+→ Go\./)
    expect(said.match(/→/g)).toHaveLength(1)
  })

  it('has no escape sequences without color, and the same words with color', () => {
    expect(text).not.toContain('\u001b')
    const colored = renderReport(REPORT, { isColored: true })
    expect(colored).toContain('\u001b[31m')
    expect(stripVTControlCharacters(colored)).toBe(text)
  })

  it('removes control characters of an app’s answer', () => {
    const seen = 'red \u001b[2J\u0007 text'
    const [finding] = REPORT.findings
    if (!finding) throw new Error('no finding')
    const hostile = { ...REPORT, findings: [{ ...finding, seen }] }
    const shown = renderReport(hostile, { isColored: false })
    expect(shown).not.toContain('\u001b')
    expect(shown).not.toContain('\u0007')
  })
})
