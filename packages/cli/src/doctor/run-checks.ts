/** Every check, in the order of the report, and what they found together. @module */

import type { Check, Finding, Severity } from './check.js'
import { clientBundle } from './checks/client-bundle.js'
import { clock } from './checks/clock.js'
import { cloud } from './checks/cloud.js'
import { completion } from './checks/completion.js'
import { dangerousParams } from './checks/dangerous-params.js'
import { keyScope } from './checks/key-scope.js'
import { mediaServer } from './checks/media-server.js'
import { preset } from './checks/preset.js'
import { publicSecrets } from './checks/public-secrets.js'
import { route } from './checks/route.js'
import { secrets } from './checks/secrets.js'
import { signature } from './checks/signature.js'
import { strangers } from './checks/strangers.js'
import { type ExamineOptions, examine, type Subject } from './subject.js'

/** All checks. */
export const CHECKS: readonly Check[] = [
  secrets,
  publicSecrets,
  clientBundle,
  route,
  strangers,
  dangerousParams,
  signature,
  clock,
  cloud,
  mediaServer,
  keyScope,
  preset,
  completion,
]

/** A finding and the check that made it. */
export interface ReportedFinding extends Finding {
  /** The check's name for programs. */
  readonly check: string
  /** The check's name for people. */
  readonly title: string
}

/** What the doctor has found. No text of it holds a secret. */
export interface Report {
  /** Version of this form. */
  readonly version: 1
  /** The address examined. */
  readonly url: string
  /** How the address was found, where none was named. */
  readonly foundBy?: string
  /** The environment files read; `the environment` where there are none. */
  readonly files: readonly string[]
  readonly findings: readonly ReportedFinding[]
  /** How many findings of each severity. */
  readonly counts: Readonly<Record<Severity, number>>
}

/** Examine an app. */
export async function runChecks(options: ExamineOptions): Promise<Report> {
  const subject = await examine(options)
  const findings: ReportedFinding[] = []
  for (const { name, title, run } of CHECKS) {
    for (const finding of await run(subject)) {
      findings.push({ check: name, title, ...redacted(finding, subject) })
    }
  }
  const count = (severity: Severity): number =>
    findings.filter((finding) => finding.severity === severity).length
  return {
    version: 1,
    url: options.url.href,
    ...(options.foundBy === undefined ? {} : { foundBy: options.foundBy }),
    files: subject.env.files,
    findings,
    counts: {
      red: count('red'),
      amber: count('amber'),
      green: count('green'),
      skipped: count('skipped'),
    },
  }
}

/** The last gate: an answer of a stranger's program may quote the secret that it was given. */
function redacted(finding: Finding, { settings, options, dev }: Subject): Finding {
  const secrets = [
    ...settings.secrets.map(({ value }) => value),
    ...(options.admin ? [options.admin.secret] : []),
    ...(dev ? [dev.fullKey.secret, dev.uploadKey.secret, dev.webhookSecret] : []),
    ...(options.cookie ? [options.cookie] : []),
  ].filter((value) => value.length >= MIN_REDACTED_LENGTH)
  const hide = (text: string): string =>
    secrets.reduce((shown, secret) => shown.replaceAll(secret, '[secret]'), text)
  return {
    ...finding,
    seen: hide(finding.seen),
    ...(finding.advice === undefined ? {} : { advice: hide(finding.advice) }),
    ...(finding.details === undefined ? {} : { details: finding.details.map(hide) }),
  }
}

/** Shorter ones would blot out words of the report. */
const MIN_REDACTED_LENGTH = 8
