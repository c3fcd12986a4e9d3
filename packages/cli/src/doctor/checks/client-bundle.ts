/** Checks that no secret is in the files built for browsers. @module */

import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Check, type Finding, green, notChecked } from '../check.js'
import { spellingsOf } from '../secret-spellings.js'
import type { Subject } from '../subject.js'

/** Searches the client bundle for secrets. */
export const clientBundle: Check = { name: 'client-bundle', title: 'Client bundle', run }

/** Folders with files that browsers load, relative to the app's folder. */
const BUILD_FOLDERS: readonly string[] = [
  '.next/static',
  '.next/dev/static',
  'out',
  'dist',
  'build',
  'public',
  '.output/public',
  '.svelte-kit/output/client',
]
const TEXT = /\.(?:m?js|cjs|css|html?|map|json|txt|svg|xml|webmanifest|rsc|body)$/i
const SKIPPED: readonly string[] = ['node_modules', 'server', '.git']
const MAX_FILES = 20_000
const MAX_FILE_BYTES = 32_000_000
const MAX_SHOWN = 5

async function run({ options, settings }: Subject): Promise<Finding[]> {
  const secrets = settings.secrets.filter(({ value }) => value.length >= 8)
  if (secrets.length === 0) return [notChecked('no secret is known to look for')]
  const files = await listBuilt(options.folder)
  if (!files.some((file) => !file.startsWith('public/'))) {
    return [notChecked('nothing is built yet', 'Build the app, then run the doctor again.')]
  }
  const needles = secrets.flatMap(({ from, value }) =>
    spellingsOf(value).map(({ form, text }) => ({ from, form, text: Buffer.from(text) })),
  )
  const hits: string[] = []
  for (const file of files) {
    const bytes = await readFile(join(options.folder, file)).catch(() => Buffer.alloc(0))
    const hit = needles.find(({ text }) => bytes.includes(text))
    if (hit) hits.push(`${file}: ${hit.from}, ${hit.form}`)
  }
  if (hits.length === 0) return [green(`No secret in ${files.length} built files.`)]
  const more = hits.length - MAX_SHOWN
  return [
    {
      severity: 'red',
      seen: `A secret is in ${hits.length} of ${files.length} files that browsers load.`,
      advice:
        'Read secrets in server code only (a route, a server action), build again, and replace that key, because its secret is public.',
      details: [...hits.slice(0, MAX_SHOWN), ...(more > 0 ? [`and ${more} more`] : [])],
    },
  ]
}

async function listBuilt(folder: string): Promise<string[]> {
  const files: string[] = []
  const waiting = [...BUILD_FOLDERS]
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const entries = await readdir(join(folder, next), { withFileTypes: true }).catch(() => [])
    for (const entry of entries) {
      const path = `${next}/${entry.name}`
      if (entry.isDirectory() && !SKIPPED.includes(entry.name)) waiting.push(path)
      if (!entry.isFile() || !TEXT.test(entry.name) || files.length >= MAX_FILES) continue
      const { size } = await stat(join(folder, path))
      if (size <= MAX_FILE_BYTES) files.push(path)
    }
  }
  return files
}
