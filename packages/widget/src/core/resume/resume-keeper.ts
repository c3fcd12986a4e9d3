/** Stores large uploads in IndexedDB, so that they continue after a reload or a crash. A separate chunk. @module */

import { createStore, del, entries, get, set, type UseStore } from 'idb-keyval'
import type { ByteRange } from '../transfer/byte-ranges.js'
import { digestEnds } from './digest-ends.js'
import { nonceUrl } from './nonce-url.js'
import type { RestoredUpload, ResumableUpload, ResumeKeeper } from './resume-record.js'

/** The server keeps the parts for the same time. */
const LIFE_MS = 24 * 3_600_000

interface StoredUpload extends Omit<ResumableUpload, 'file'> {
  /** Tab or signed-in user that may continue the upload. */
  readonly scope: string
  readonly name: string
  readonly type: string
  readonly size: number
  readonly lastModified: number
  readonly digest: string
  readonly savedAt: number
}

interface Session {
  readonly received: readonly ByteRange[]
  readonly response?: Readonly<Record<string, unknown>>
}

/**
 * Creates the store for the uploads of one scope: a tab, or a signed-in user.
 *
 * @param scope The keeper reads only uploads of this scope.
 * @param note Called after every change with true if the scope has an unfinished upload.
 */
export function createResumeKeeper(
  scope: string,
  note: (isUnfinished: boolean) => void,
): ResumeKeeper {
  const records = createStore('countersign-uploads', 'records')
  // A separate store, so that listing the uploads does not load their bytes.
  const files = createStore('countersign-files', 'files')
  const held = new Map<string, () => void>()

  async function claim(nonce: string): Promise<boolean> {
    if (held.has(nonce)) return true
    const release = await holdLock(`countersign-upload-${nonce}`)
    if (release) held.set(nonce, release)
    return release !== null
  }

  function release(nonces: readonly string[] = [...held.keys()]): void {
    for (const nonce of nonces) {
      held.get(nonce)?.()
      held.delete(nonce)
    }
  }

  async function forget(nonce: string): Promise<void> {
    await Promise.all([del(nonce, records), del(nonce, files)]).catch(() => undefined)
    release([nonce])
    await noteRest()
  }

  async function noteRest(): Promise<void> {
    note((await listUploads(records)).some((upload) => upload.scope === scope))
  }

  let turn: Promise<unknown> = Promise.resolve()

  async function restoreAll(
    userTag: string | null,
    signal: AbortSignal,
  ): Promise<RestoredUpload[]> {
    const all = await listUploads(records)
    const restored: RestoredUpload[] = []
    for (const upload of all) {
      if (Date.now() - upload.savedAt > LIFE_MS) await forget(upload.nonce)
      else if (upload.scope === scope && tagOf(upload) === userTag && !signal.aborted) {
        const found = await restoreOne(upload, signal)
        if (found) restored.push(found)
      }
    }
    await noteRest()
    return restored
  }

  async function restoreOne(
    upload: StoredUpload,
    signal: AbortSignal,
  ): Promise<RestoredUpload | null> {
    if (!(await claim(upload.nonce))) return null
    if (signal.aborted) {
      // The queue has ended and has released its other uploads already.
      release([upload.nonce])
      return null
    }
    const session = await readSession(upload, signal)
    const file = await get<File>(upload.nonce, files).catch(() => undefined)
    if (session === 'unknown') await forget(upload.nonce)
    if (session === 'unreachable' || (session === 'unknown' && !file)) return null
    const { name, type, lastModified, size, params, chunkBytes, uploadUrl } = upload
    const userTag = tagOf(upload)
    const { received, response } = session === 'unknown' ? { received: [] } : session
    return {
      // A forgotten upload gets a new nonce, because the server may still have parts under the old one.
      nonce: session === 'unknown' ? undefined : upload.nonce,
      file: file ?? new File([], name, { type, lastModified }),
      isFileNeeded: !file && !response,
      bytes: size,
      params,
      chunkBytes,
      uploadUrl,
      userTag,
      received,
      response,
    }
  }

  return {
    async keep({ file, ...upload }) {
      await claim(upload.nonce)
      const { name, type, size, lastModified } = file
      const digest = await digestEnds(file)
      const record = {
        ...upload,
        scope,
        name,
        type,
        size,
        lastModified,
        digest,
        savedAt: Date.now(),
      }
      await set(upload.nonce, record, records).then(
        () => note(true),
        () => undefined,
      )
      // If there is no space for the file, the person must choose it again after a reload.
      await set(upload.nonce, file, files).catch(() => undefined)
    },
    forget,
    restore(userTag, signal) {
      // Calls run one after the other. Otherwise, both would restore an upload that the server no longer has, and send it twice.
      const restored = turn.then(() => restoreAll(userTag, signal))
      turn = restored.catch(() => {})
      return restored
    },
    async isSameFile(nonce, file) {
      const upload = await get<StoredUpload>(nonce, records).catch(() => undefined)
      return upload?.size === file.size && upload.digest === (await digestEnds(file))
    },
    release,
  }
}

/** Returns the tag of a stored upload's user. Records of older versions have no tag. */
function tagOf({ userTag }: Partial<Pick<StoredUpload, 'userTag'>>): string | null {
  return userTag ?? null
}

async function listUploads(records: UseStore): Promise<StoredUpload[]> {
  try {
    const all = await entries<string, StoredUpload>(records)
    return all.map(([, upload]) => upload).sort((a, b) => a.savedAt - b.savedAt)
  } catch {
    // Private windows of some browsers have no IndexedDB.
    return []
  }
}

async function readSession(
  upload: StoredUpload,
  signal: AbortSignal,
): Promise<Session | 'unknown' | 'unreachable'> {
  try {
    const reply = await fetch(nonceUrl('upload_sessions', upload), { signal })
    if (reply.status >= 500 || reply.status === 429) return 'unreachable'
    const session = reply.ok ? await reply.json() : {}
    if (session.status === 'done') return { received: [], response: session.result }
    return session.status === 'pending' ? { received: session.received } : 'unknown'
  } catch {
    return 'unreachable'
  }
}

/** Takes a lock until the returned function is called or the page closes. @returns `null` if another tab has the lock. */
function holdLock(name: string): Promise<(() => void) | null> {
  const { locks } = globalThis.navigator
  // Insecure pages have no locks. Two tabs that send the same parts do no harm.
  if (!locks) return Promise.resolve(() => undefined)
  return new Promise((resolve) => {
    void locks.request(name, { ifAvailable: true }, (lock) => {
      if (!lock) resolve(null)
      else return new Promise<void>((release) => resolve(release))
    })
  })
}
