/** Checks commit messages: an imperative subject of at most 72 characters, a blank line, and a body with the reason. @module */

import { isMain } from './is-main.mjs'
import { ROOT } from './repository.mjs'
import { runCommand } from './run-command.mjs'

/** The last commit before this rule. */
const SINCE = '5cd6ba7'
/** Commits that landed without a body before the check existed; history is not rewritten. */
const EXCEPTIONS = ['d0b83e4']
const MAX_SUBJECT = 72
/** Imperatives that look like other forms of a verb. */
const IMPERATIVES = ['Bring', 'Embed', 'Feed', 'Need', 'Ring', 'Seed', 'Shed', 'Speed']
/** A path of one machine means nothing to readers of the history. */
const MACHINE_PATH = /(?:^|[\s`'"(])\/(?:home|root|tmp|Users|work)\//

/**
 * Checks all commits since the rule was introduced. A clone without that history has nothing to check.
 *
 * @returns {Promise<string[]>} One text per problem.
 */
export async function checkCommits() {
  const range = `${SINCE}..HEAD`
  const { code, output } = await runCommand(
    'git',
    ['log', '--no-merges', '--format=%h%n%B%x00', range],
    { quiet: true, cwd: ROOT },
  )
  if (code !== 0) return []
  return output
    .split('\0')
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .flatMap((text) => {
      const [hash = '', ...lines] = text.split('\n')
      if (EXCEPTIONS.some((known) => hash.startsWith(known))) return []
      return commitProblems(lines.join('\n')).map((problem) => `commit ${hash}: ${problem}`)
    })
}

/**
 * Checks one commit message.
 *
 * @param {string} message
 * @returns {string[]} Problems of the message.
 */
export function commitProblems(message) {
  const [subject = '', blank, ...body] = message.trimEnd().split('\n')
  const [verb = ''] = subject.split(' ')
  const problems = []
  if (subject.length > MAX_SUBJECT) {
    problems.push(
      `its subject has ${subject.length} characters, at most ${MAX_SUBJECT} are allowed`,
    )
  }
  if (!/^[A-Z]/.test(subject)) problems.push('its subject must begin with a capital letter')
  if (subject.endsWith('.')) problems.push('its subject must not end with a full stop')
  if (/(?:ed|ing)$/.test(verb) && !IMPERATIVES.includes(verb)) {
    problems.push(`its subject must be an imperative, such as "Add", not "${verb}"`)
  }
  if (blank !== '' || body.join('').trim() === '') {
    problems.push('it needs a blank line and a body with the reason')
  }
  if (MACHINE_PATH.test(message)) problems.push('it names a path of one machine')
  return problems
}

if (isMain(import.meta.url)) {
  const problems = await checkCommits()
  for (const problem of problems) console.error(problem)
  process.exitCode = problems.length === 0 ? 0 : 1
}
