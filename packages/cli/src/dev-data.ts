/**
 * Creates and stores the development data of `countersign dev`: a cloud name, two keys and a
 * webhook secret. @module
 */

import { randomBytes, randomInt } from 'node:crypto'
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { SCOPES } from '@countersign/protocol/params'
import { closeToOthers, type Key } from '@countersign/server/catalog'
import { unwritable } from './file-errors.js'
import { ignoreDataFolder, isDataFolder } from './ignore-data-folder.js'
import { UsageError } from './usage-error.js'

/** A stored key of `countersign dev`. */
export interface DevKey {
  readonly id: string
  readonly secret: string
}

/** Content of `dev.json`. */
export interface DevData {
  readonly cloudName: string
  /** Key for uploads from browsers: scope `upload`, limited by the preset `default`. */
  readonly uploadKey: DevKey
  /** Key for the SDKs on the server: all scopes. */
  readonly fullKey: DevKey
  readonly webhookSecret: string
}

/** Returns the data folder: `COUNTERSIGN_DATA`, or `.countersign` in the current folder. */
export function dataFolder(): string {
  return resolve(process.env.COUNTERSIGN_DATA ?? '.countersign')
}

/**
 * Reads the data folder's keys, and creates them if the folder has none. Closes the file to other users, and keeps the folder out of git.
 * @throws UsageError if the file exists but this command did not write it, or if the folder is not writable; MediaError
 *   CONFIG_INVALID if other users can read the file and this user may not change that.
 */
export async function prepareDevData(folder: string): Promise<DevData> {
  const path = join(folder, 'dev.json')
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    if (await isDataFolder(folder)) await chmod(folder, 0o700)
    await ignoreDataFolder(folder)
  } catch (error) {
    throw unwritable(folder, error)
  }
  await closeToOthers(path)
  const kept = await readDevData(folder)
  if (kept) return kept
  const data = createDevData()
  // Written to a temporary file and renamed, because a half-written file would make existing
  // uploads inaccessible.
  await rm(`${path}.new`, { force: true })
  await writeFile(`${path}.new`, `${JSON.stringify(data, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  await rename(`${path}.new`, path)
  return data
}

/**
 * Reads the data folder's keys without changing anything. Returns `null` if the folder has none.
 * @throws UsageError if the file exists but `countersign dev` did not write it.
 */
export async function readDevData(folder: string): Promise<DevData | null> {
  const path = join(folder, 'dev.json')
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
    throw error
  })
  return text === null ? null : parseDevData(text, path)
}

/** Returns both keys in the form that the server expects. */
export function devKeys({ cloudName, uploadKey, fullKey }: DevData): readonly Key[] {
  return [
    { cloud: cloudName, ...uploadKey, scopes: ['upload'], preset: 'default', state: 'active' },
    { cloud: cloudName, ...fullKey, scopes: SCOPES, state: 'active' },
  ]
}

/** Returns the `.env.local` lines of an app. */
export function environmentLines(data: DevData, address: string): string {
  return [
    `NEXT_PUBLIC_CLOUDINARY_CLOUD_NAME=${data.cloudName}`,
    `NEXT_PUBLIC_CLOUDINARY_API_KEY=${data.uploadKey.id}`,
    `NEXT_PUBLIC_COUNTERSIGN_URL=${address}`,
    `CLOUDINARY_API_SECRET=${data.uploadKey.secret}`,
    `COUNTERSIGN_WEBHOOK_SECRET=${data.webhookSecret}`,
  ].join('\n')
}

/** Creates a random key id of 15 digits. */
export function createKeyId(): string {
  return String(randomInt(1, 10)) + Array.from({ length: 14 }, () => randomInt(10)).join('')
}

/** Creates a secret: 32 random bytes as base64url. */
export function createSecret(): string {
  return randomBytes(32).toString('base64url')
}

function createDevData(): DevData {
  return {
    cloudName: `dev-${randomBytes(4).toString('hex')}`,
    uploadKey: { id: createKeyId(), secret: createSecret() },
    fullKey: { id: createKeyId(), secret: createSecret() },
    webhookSecret: `whsec_${randomBytes(32).toString('base64')}`,
  }
}

function parseDevData(text: string, path: string): DevData {
  try {
    const data = JSON.parse(text)
    const isWhole = [
      data.cloudName,
      data.uploadKey.id,
      data.uploadKey.secret,
      data.fullKey.id,
      data.fullKey.secret,
      data.webhookSecret,
    ].every((value) => typeof value === 'string' && value !== '')
    if (isWhole) return data
  } catch {
    // Reported below, like any file that this command did not write.
  }
  throw new UsageError(
    `${path} is not a file of countersign dev. Move the data folder away to start afresh.`,
  )
}
