import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compoundFileOf, zipOf } from '../../test/documents.js'
import { readCfbNames, readZipNames } from './container-content.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function pathOf(bytes: Buffer): Promise<string> {
  const path = join(folder, 'file')
  await writeFile(path, bytes)
  return path
}

const zipNamesOf = async (bytes: Buffer) => readZipNames(await pathOf(bytes))
const cfbNamesOf = async (bytes: Buffer) => readCfbNames(await pathOf(bytes))

describe('readZipNames', () => {
  const zip = zipOf({ 'a.txt': 'a', 'word/media/b.png': 'b' })

  it('reads every name and the top-level folders', async () => {
    const { names, isWhole } = await zipNamesOf(zip)
    expect([...names].sort()).toEqual(['a.txt', 'word/', 'word/media/b.png'])
    expect(isWhole).toBe(true)
  })

  it('finds the directory before a comment and after other bytes', async () => {
    const commented = Buffer.concat([zip, Buffer.from('hello')])
    commented.writeUInt16LE(5, zip.length - 2)
    expect((await zipNamesOf(commented)).names.has('a.txt')).toBe(true)
    expect((await zipNamesOf(Buffer.concat([Buffer.alloc(99), zip]))).names.has('a.txt')).toBe(true)
  })

  it('reads no names of a truncated ZIP', async () => {
    expect((await zipNamesOf(zip.subarray(0, 40))).names.size).toBe(0)
    expect((await zipNamesOf(Buffer.from('PK'))).names.size).toBe(0)
  })

  it('reports a directory with a wrong size as incomplete', async () => {
    const lying = Buffer.from(zip)
    lying.writeUInt32LE(0xffffffff, zip.length - 10)
    expect(await zipNamesOf(lying)).toEqual({ names: new Set(), isWhole: false })
    lying.writeUInt32LE(50, zip.length - 10)
    expect((await zipNamesOf(lying)).isWhole).toBe(false)
  })
})

describe('readCfbNames', () => {
  it('follows the directory over several sectors', async () => {
    const streams = Array.from({ length: 30 }, (_, index) => `Stream ${index}`)
    const { names, isWhole } = await cfbNamesOf(compoundFileOf(streams))
    expect([...names]).toEqual(['Root Entry', ...streams])
    expect(isWhole).toBe(true)
  })

  it('stops if the chain is circular or leaves the file', async () => {
    const circle = compoundFileOf(['a', 'b', 'c', 'd', 'e'])
    circle.writeUInt32LE(1, 512 + 4)
    expect((await cfbNamesOf(circle)).isWhole).toBe(false)
    circle.writeUInt32LE(0xfffffff0, 512 + 4)
    expect((await cfbNamesOf(circle)).isWhole).toBe(false)
  })

  it('reads no names from zeros after the signature', async () => {
    const bytes = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(5000)])
    expect(await cfbNamesOf(bytes)).toEqual({ names: new Set(), isWhole: false })
  })
})
