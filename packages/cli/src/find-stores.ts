/** Which catalog and storage a command works on: those of `countersign serve`, or those of `countersign dev`. @module */

import { stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { readConfig } from '@countersign/server/catalog'
import { type DevData, dataFolder, readDevData } from './dev-data.js'

/** Where a command finds assets, keys and presets. */
export interface Stores {
  /** Absolute path of the catalog's file, which may be missing. */
  readonly databaseFile: string
  /** Absolute path of the folder with the blobs, which may be missing. */
  readonly storageFolder: string
  /** What `countersign dev` keeps in the same folder; `null` for the stores of `serve`. */
  readonly dev: DevData | null
}

/**
 * Finds the stores. `COUNTERSIGN_DATABASE` or `COUNTERSIGN_STORAGE` name those of `serve`. Otherwise the data folder of
 * `countersign dev` is used, if `COUNTERSIGN_DATA` names one or `.countersign/` has its keys, and then the defaults of `serve`.
 * @throws UsageError when `dev.json` is not a file of `countersign dev`; MediaError CONFIG_INVALID for a wrong variable.
 */
export async function findStores(): Promise<Stores> {
  const { CLOUDINARY_URL: _, COUNTERSIGN_KEYS: __, ...environment } = process.env
  const { COUNTERSIGN_DATABASE, COUNTERSIGN_STORAGE, COUNTERSIGN_DATA } = environment
  if (!COUNTERSIGN_DATABASE && !COUNTERSIGN_STORAGE) {
    const folder = dataFolder()
    const dev = await readDevData(folder)
    if (dev || COUNTERSIGN_DATA) return { ...devStores(folder), dev }
  }
  const { databaseFile, storageFolder } = readConfig(environment)
  return { databaseFile, storageFolder, dev: null }
}

/** Returns where `countersign dev` keeps its catalog and blobs. */
export function devStores(folder: string): Pick<Stores, 'databaseFile' | 'storageFolder'> {
  return { databaseFile: join(folder, 'catalog.db'), storageFolder: folder }
}

/** Returns the sentence that says where a missing catalog was expected and what makes one; `null` where the catalog is there. */
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

/** Returns a path from the current folder where that is shorter to read. */
export function shortPath(path: string): string {
  const below = relative(process.cwd(), path)
  return below.startsWith('..') || below === '' ? path : below
}
