/** Finds the catalog and storage for a command: those of `countersign serve`, or those of `countersign dev`. @module */

import { stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { closeToOthers, readConfig } from '@countersign/server/catalog'
import { type DevData, dataFolder, readDevData } from './dev-data.js'

/** Locations of assets, keys and presets. */
export interface Stores {
  /** Absolute path of the catalog file. The file may not exist. */
  readonly databaseFile: string
  /** Absolute path of the blob folder. The folder may not exist. */
  readonly storageFolder: string
  /** Keys and cloud of `countersign dev` in the same folder; `null` for the stores of `serve`. */
  readonly dev: DevData | null
}

/**
 * Finds the stores. `COUNTERSIGN_DATABASE` or `COUNTERSIGN_STORAGE` select the stores of `serve`. Otherwise `COUNTERSIGN_DATA`, or a
 * `.countersign/` folder with keys, selects the stores of `countersign dev`, whose `dev.json` is closed to other users. Without either, the
 * defaults of `serve` apply.
 * @throws UsageError if `dev.json` is not a file of `countersign dev`; MediaError CONFIG_INVALID for a wrong variable.
 */
export async function findStores(): Promise<Stores> {
  const { CLOUDINARY_URL: _, COUNTERSIGN_KEYS: __, ...environment } = process.env
  const { COUNTERSIGN_DATABASE, COUNTERSIGN_STORAGE, COUNTERSIGN_DATA } = environment
  if (!COUNTERSIGN_DATABASE && !COUNTERSIGN_STORAGE) {
    const folder = dataFolder()
    const dev = await readDevData(folder)
    if (dev) await closeToOthers(join(folder, 'dev.json'))
    if (dev || COUNTERSIGN_DATA) return { ...devStores(folder), dev }
  }
  const { databaseFile, storageFolder } = readConfig(environment)
  return { databaseFile, storageFolder, dev: null }
}

/** Returns the catalog and blob paths of `countersign dev`. */
export function devStores(folder: string): Pick<Stores, 'databaseFile' | 'storageFolder'> {
  return { databaseFile: join(folder, 'catalog.db'), storageFolder: folder }
}

/** Returns a sentence about where a missing catalog was expected and what creates it; `null` if the catalog exists. */
export async function missingCatalog({ databaseFile, dev }: Stores): Promise<string | null> {
  const isThere = await stat(databaseFile).then(
    (found) => found.isFile(),
    () => false,
  )
  if (isThere) return null
  const path = shortPath(databaseFile)
  return dev
    ? `there is no catalog at ${path} yet: countersign dev makes it when it starts`
    : `there is no catalog at ${path}. Run this command in the folder of your app or server, or set COUNTERSIGN_DATABASE (of serve) or COUNTERSIGN_DATA (of dev)`
}

/** Returns a path relative to the current folder if that is shorter. */
export function shortPath(path: string): string {
  const below = relative(process.cwd(), path)
  return below.startsWith('..') || below === '' ? path : below
}
