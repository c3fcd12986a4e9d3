/** Formats the report for people: red findings first, at most 80 columns. @module */

import type { Severity } from './check.js'
import type { Report, ReportedFinding } from './run-checks.js'

const WIDTH = 80
const TITLE_WIDTH = 22
const INDENT = 10
const ORDER: readonly Severity[] = ['red', 'amber', 'skipped', 'green']
const MARKS: Readonly<Record<Severity, string>> = {
  red: '✗',
  amber: '!',
  skipped: '–',
  green: '✓',
}
const COLORS: Readonly<Record<Severity, number>> = { red: 31, amber: 33, skipped: 2, green: 32 }

/**
 * Formats a report.
 *
 * @param options.isColored True to color severities. Words and marks show them too.
 */
export function renderReport(report: Report, options: { readonly isColored: boolean }): string {
  const paint = painter(options.isColored)
  const files = report.files.length > 0 ? report.files.join(', ') : 'no .env files'
  const sorted = ORDER.map((severity) =>
    report.findings.filter((finding) => finding.severity === severity),
  )
  const blocks = sorted.map((findings) =>
    findings
      .map((finding, index) =>
        renderFinding(finding, {
          paint,
          isRepeated: isSameTask(findings[index - 1], finding),
          isAdvised: !isSameTask(finding, findings[index + 1]),
        }),
      )
      .join('\n'),
  )
  const found = report.foundBy === undefined ? '' : ` (${report.foundBy})`
  const head = wrap(`${report.url}${found} with ${files}`, 'countersign doctor  ', 20)
  return `${[head, ...blocks.filter(Boolean), summary(report, paint)].join('\n\n')}\n`
}

type Paint = (text: string, code: number) => string

function painter(isColored: boolean): Paint {
  return (text, code) => (isColored ? `\u001b[${code}m${text}\u001b[0m` : text)
}

/**
 * Returns true if two findings of one check have the same advice, so that title and advice are
 * printed only once.
 */
function isSameTask(one: ReportedFinding | undefined, next: ReportedFinding | undefined): boolean {
  return (
    one !== undefined &&
    one.severity !== 'green' &&
    one.check === next?.check &&
    one.advice === next.advice
  )
}

function renderFinding(
  { severity, title, seen, advice, details }: ReportedFinding,
  options: { readonly paint: Paint; readonly isRepeated: boolean; readonly isAdvised: boolean },
): string {
  const { paint, isRepeated, isAdvised } = options
  const word = severity === 'skipped' ? 'skip' : severity
  const label = paint(`${MARKS[severity]} ${word.padEnd(5)}`, COLORS[severity])
  const start = `${' '.repeat(8)}${title.padEnd(TITLE_WIDTH)}`
  if (severity === 'green') {
    return `${label} ${wrap(seen, start, start.length).slice(8)}`
  }
  const lines = [
    ...(isRepeated ? [] : [`${label} ${paint(title, 1)}`]),
    wrap(seen, ' '.repeat(8), 8),
    ...(details ?? []).map((detail) => wrap(detail, `${' '.repeat(INDENT)}· `, INDENT + 2)),
    ...(advice === undefined || !isAdvised ? [] : [wrap(advice, `${' '.repeat(8)}→ `, INDENT)]),
  ]
  return lines.join('\n')
}

function summary({ counts }: Report, paint: Paint): string {
  const parts = [
    paint(`${counts.red} red`, counts.red > 0 ? COLORS.red : 2),
    paint(`${counts.amber} amber`, counts.amber > 0 ? COLORS.amber : 2),
    paint(`${counts.green} green`, counts.green > 0 ? COLORS.green : 2),
    ...(counts.skipped > 0 ? [paint(`${counts.skipped} not checked`, COLORS.skipped)] : []),
  ]
  return `${parts.join(', ')}. ${counts.red > 0 ? 'Fix the red findings.' : 'Nothing to fix.'}`
}

/** Wraps text at 80 columns: the first line after `start`, the others indented. */
function wrap(text: string, start: string, indent: number): string {
  const lines: string[] = []
  let line = start
  let isEmpty = true
  for (const word of text.replace(/[^\P{C}\n]/gu, '').split(/\s+/)) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = ' '.repeat(indent)
      isEmpty = true
    }
    line += isEmpty ? word : ` ${word}`
    isEmpty = false
  }
  return [...lines, line].join('\n')
}
