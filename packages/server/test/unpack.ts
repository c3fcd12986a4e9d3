/** Unpacks ZIP and TAR archives for tests. @module */

import { gunzipSync, inflateRawSync } from 'node:zlib'

/** Returns the files of a ZIP archive by name. Reads the central directory. */
export function unpackZip(bytes: Buffer): ReadonlyMap<string, Buffer> {
  const files = new Map<string, Buffer>()
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
  let at = bytes.readUInt32LE(end + 16)
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const method = bytes.readUInt16LE(at + 10)
    const length = bytes.readUInt32LE(at + 20)
    const [name, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset))
    const local = bytes.readUInt32LE(at + 42)
    const key = bytes.subarray(at + 46, at + 46 + (name ?? 0)).toString('utf8')
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    const data = bytes.subarray(start, start + length)
    files.set(key, method === 0 ? data : inflateRawSync(data))
    at += 46 + (name ?? 0) + (extra ?? 0) + (comment ?? 0)
  }
  return files
}

/** Returns the files of a gzipped TAR archive by name. */
export function unpackTgz(bytes: Buffer): ReadonlyMap<string, Buffer> {
  const tar = gunzipSync(bytes)
  const files = new Map<string, Buffer>()
  for (let at = 0; at < tar.length && tar[at] !== 0; ) {
    const text = (from: number, length: number) =>
      tar
        .subarray(at + from, at + from + length)
        .toString('utf8')
        .split('\0')[0] ?? ''
    const length = Number.parseInt(text(124, 12), 8)
    const prefix = text(345, 155)
    const name = prefix ? `${prefix}/${text(0, 100)}` : text(0, 100)
    files.set(name, tar.subarray(at + 512, at + 512 + length))
    at += 512 + Math.ceil(length / 512) * 512
  }
  return files
}
