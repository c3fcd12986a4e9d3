/** The audit log: who asked for what, and how it ended; JSON lines that are appended and never changed. @module */

import { type FileHandle, open } from 'node:fs/promises'
import type { Log } from '../services.js'
import { openPrivately } from '../storage/private-file.js'

/** One thing that was asked for. Never a secret, a signature, or a value of the asset. */
export interface AuditEntry {
  /** The cloud. */
  readonly tenant: string
  /** Who asked: the address. */
  readonly actor: string
  /** Of the request that was made; `null` where it named none. */
  readonly keyId: string | null
  /** Such as `upload`, `destroy` or `rename`. */
  readonly action: string
  /** Public ids, the old one first; `null` where none was named. */
  readonly target: string | null
  /** `created`, `overwritten` …, `done` or `refused`. */
  readonly outcome: string
  /** Why it was refused, `null` where it was not. */
  readonly code: string | null
  readonly requestId: string
}

/** An open audit log. */
export interface AuditLog {
  /** Appended soon, in the order of the calls. Never throws. */
  record(entry: AuditEntry): void
  /** Resolves when everything is appended. */
  close(): Promise<void>
}

/** Longest part of a file that holds a last line. */
const TAIL_BYTES = 64 * 1024

/**
 * Opens the log in a file, which is made if missing and closed to other users, older logs beside it too. Its numbers go on where they ended.
 * @throws Error when the file cannot be opened, or when others can read it and this user may not change that.
 */
export async function openAuditLog(options: {
  readonly path: string
  readonly log: Pick<Log, 'error' | 'warn'>
  /** Unix milliseconds. */
  readonly now: () => number
}): Promise<AuditLog> {
  await openPrivately(options.path, options.log)
  const handle = await open(options.path, 'a+', 0o600)
  const tail = await readTail(handle)
  let seq = lastNumber(tail)
  // A kill can leave half a line: the next one must not be glued to it.
  let waiting: string[] = tail === '' || tail.endsWith('\n') ? [] : ['\n']
  let writing: Promise<void> | undefined

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const lines = waiting
      waiting = []
      try {
        await handle.appendFile(lines.join(''))
      } catch (err) {
        options.log.error({ alarm: 'audit_lost', lines: lines.length, err }, 'the audit log fails')
      }
    }
    writing = undefined
  }

  return {
    record(entry) {
      const { keyId, requestId, ...rest } = entry
      seq += 1
      const at = new Date(options.now()).toISOString()
      const line = { ts: at, seq, ...rest, key_id: keyId, request_id: requestId }
      waiting.push(`${JSON.stringify(line)}\n`)
      writing ??= writeAll()
    },
    async close() {
      await writing
      await handle.close()
    },
  }
}

async function readTail(handle: FileHandle): Promise<string> {
  const { size } = await handle.stat()
  const length = Math.min(size, TAIL_BYTES)
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length)
  return buffer.toString('utf8', 0, bytesRead)
}

function lastNumber(tail: string): number {
  for (const line of tail.split('\n').reverse()) {
    const [, seq] = /"seq":(\d+)/.exec(line) ?? []
    if (seq !== undefined && line.endsWith('}')) return Number(seq)
  }
  return 0
}
