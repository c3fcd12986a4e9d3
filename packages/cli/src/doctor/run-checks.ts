/** Runs all checks and collects their findings. @module */

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

/** All checks, in the order of the report. */
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

/** A finding with the name of its check. */
export interface ReportedFinding extends Finding {
  /** Name of the check for programs. */
  readonly check: string
  /** Title of the check for people. */
  readonly title: string
}

/** Result of a run. Its texts contain no secret. */
export interface Report {
  /** Version of the report's format. */
  readonly version: 1
  /** Address of the app. */
  readonly url: string
  /** How the address was found. Absent if the address was given. */
  readonly foundBy?: string
  /** Environment files that were read; `the environment` if there are none. */
  readonly files: readonly string[]
  readonly findings: readonly ReportedFinding[]
  /** Number of findings of each severity. */
  readonly counts: Readonly<Record<Severity, number>>
}

/** Checks an app. */
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

/**
 * Removes secrets from a finding, because the answer of a foreign program may quote the secret that
 * it received.
 */
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

/** Minimum length of a secret that is removed. Shorter texts also occur in ordinary words. */
const MIN_REDACTED_LENGTH = 8
