/** Writes the audit log to a file, as JSON lines. Lines are appended and never changed. @module */

import { randomBytes } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import type { Log } from '../log.js'
import { openPrivately } from '../storage/private-file.js'
import type { AuditEntry, AuditLog } from './audit-entry.js'

/** Bytes at the end of a file that are searched for the last line. */
const TAIL_BYTES = 64 * 1024

/**
 * Opens the audit log. Creates the file if missing, closes it and older logs beside it to other users, and continues its line numbers.
 * @throws Error if the file cannot be opened, or if other users can read it and this user may not change that.
 */
export async function openAuditLog(options: {
  readonly path: string
  readonly log: Pick<Log, 'error' | 'warn'>
  /** Returns the current time, Unix milliseconds. */
  readonly now: () => number
}): Promise<AuditLog> {
  await openPrivately(options.path, options.log)
  const handle = await open(options.path, 'a+', 0o600)
  const tail = await readTail(handle)
  let seq = lastNumber(tail)
  // A command may write while a server runs. Both continue from the same number, and this id tells their lines apart.
  const run = randomBytes(4).toString('hex')
  // A killed process can leave half a line. The next line must not be appended to it.
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
      seq += 1
      const at = new Date(options.now()).toISOString()
      waiting.push(`${JSON.stringify({ ts: at, seq, run, ...lineOf(entry) })}\n`)
      writing ??= writeAll()
    },
    async close() {
      await writing
      await handle.close()
    },
  }
}

function lineOf(entry: AuditEntry): Readonly<Record<string, unknown>> {
  const { tenant, actor, keyId, ip, action, target, outcome, code, requestId } = entry
  const { assetId, type, renamedTo, claimedKeyId, claimedTarget } = entry
  return {
    ...{ tenant, actor, key_id: keyId, ip, action, target },
    // JSON.stringify leaves out members that are undefined.
    ...{ asset_id: assetId, type, renamed_to: renamedTo },
    ...{ outcome, code, request_id: requestId },
    ...{ claimed_key_id: claimedKeyId, claimed_target: claimedTarget },
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
