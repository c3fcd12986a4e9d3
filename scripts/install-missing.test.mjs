import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { missingReason } from './install-missing.mjs'

/** @type {string} */
let folder

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-install-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

describe('missingReason', () => {
  it('requires an install without node_modules', () => {
    writeLock({ 'node_modules/a': { version: '1.0.0' } })
    expect(missingReason(folder)).toContain('none are there yet')
  })

  it('requires nothing if the installed versions match the lock file', () => {
    writeLock({ 'node_modules/a': { version: '1.0.0' } })
    writeInstalled({ 'node_modules/a': { version: '1.0.0' } })
    expect(missingReason(folder)).toBeNull()
  })

  it('names a package of another version', () => {
    writeLock({ 'node_modules/a': { version: '1.0.1' } })
    writeInstalled({ 'node_modules/a': { version: '1.0.0' } })
    expect(missingReason(folder)).toContain('a is missing or out of date')
  })

  it('names a package whose folder was removed', () => {
    writeLock({ 'node_modules/@b/c': { version: '1.0.0' } })
    writeInstalled({ 'node_modules/@b/c': { version: '1.0.0' } })
    rmSync(join(folder, 'node_modules/@b/c'), { recursive: true })
    expect(missingReason(folder)).toContain('@b/c is missing')
  })

  it('does not require binaries of other platforms', () => {
    writeLock({ 'node_modules/other-platform': { version: '1.0.0', optional: true } })
    writeInstalled({})
    expect(missingReason(folder)).toBeNull()
  })
})

/** @param {Record<string, object>} packages */
function writeLock(packages) {
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages }))
}

/** @param {Record<string, object>} packages */
function writeInstalled(packages) {
  for (const path of Object.keys(packages)) mkdirSync(join(folder, path), { recursive: true })
  mkdirSync(join(folder, 'node_modules'), { recursive: true })
  writeFileSync(join(folder, 'node_modules/.package-lock.json'), JSON.stringify({ packages }))
}
