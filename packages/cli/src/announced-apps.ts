/**
 * Stores the app that announced itself to `countersign dev`, in `app.json` of the data folder.
 * @module
 */

import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Limits, parseLimits, toWireLimits } from '@countersign/protocol/limits'
import type { AnnouncedApp, AnnouncedApps } from '@countersign/server'
import * as v from 'valibot'

/** Name of the file in the data folder. */
const FILE = 'app.json'

/**
 * Opens the record of the announced app. An unreadable file counts as missing, because the app announces itself again.
 *
 * @param options.fallback App to assume before an app has announced itself.
 * @param options.onChange Called with an announcement that differs from the last one.
 */
export function openAnnouncedApps(options: {
  readonly folder: string
  readonly fallback: AnnouncedApp
  readonly onChange: (app: AnnouncedApp, before: AnnouncedApp) => Promise<void>
}): AnnouncedApps {
  const path = join(options.folder, FILE)
  let current = readApp(path) ?? options.fallback
  let changing: Promise<void> = Promise.resolve()
  return {
    current: () => current,
    announce(app) {
      // A repeated announcement waits until `onChange` of the first one is done.
      if (JSON.stringify(app) === JSON.stringify(current)) return changing
      const before = current
      current = app
      writeFileSync(`${path}.new`, `${JSON.stringify(toFile(app), null, 2)}\n`, { mode: 0o600 })
      renameSync(`${path}.new`, path)
      changing = changing.then(() => options.onChange(app, before))
      return changing
    },
  }
}

const fileSchema = v.object({
  completionUrl: v.nullable(
    v.pipe(
      v.string(),
      v.check((text) => URL.canParse(text)),
    ),
  ),
  limits: v.fallback(v.array(v.unknown()), []),
})

function readApp(path: string): AnnouncedApp | null {
  try {
    const { completionUrl, limits } = v.parse(fileSchema, JSON.parse(readFileSync(path, 'utf8')))
    return { completionUrl, limits: readLimits(limits) }
  } catch {
    return null
  }
}

function toFile({ completionUrl, limits }: AnnouncedApp): object {
  return { completionUrl, limits: limits.map(toWireLimits) }
}

function readLimits(list: readonly unknown[]): readonly Limits[] {
  return list.flatMap((wire) => {
    const parsed = parseLimits(wire)
    return parsed.ok ? [parsed.limits] : []
  })
}
