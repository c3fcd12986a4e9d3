import { describe, expect, it } from 'vitest'
import { readHeaderSize } from './header-size.js'

const bitmap = (headerBytes: number, width: number, height: number): Buffer => {
  const head = Buffer.alloc(14 + headerBytes)
  head.write('BM')
  head.writeUInt32LE(headerBytes, 14)
  head.writeInt32LE(width, 18)
  head.writeInt32LE(height, 22)
  return head
}

describe('the size in a header', () => {
  it.each([
    ['of a bitmap whose header ends early', 'image/bmp', bitmap(40, 5, 5).subarray(0, 25)],
    ['of a bitmap without width', 'image/bmp', bitmap(40, 0, 5)],
    ['of a bitmap of negative width', 'image/bmp', bitmap(40, -5, 5)],
    ['of a bitmap without height', 'image/bmp', bitmap(124, 5, 0)],
    ['of an icon without images', 'image/x-icon', Buffer.from([0, 0, 1, 0, 0, 0])],
    ['of an icon whose list ends early', 'image/x-icon', Buffer.from([0, 0, 1, 0, 9, 0, 16, 16])],
    ['of an icon of five bytes', 'image/x-icon', Buffer.from([0, 0, 1, 0, 1])],
    ['of another format', 'image/png', bitmap(40, 5, 5)],
  ])('%s is unknown', (_, mimeType, head) => {
    expect(readHeaderSize(mimeType, head)).toBeNull()
  })

  it('of a bitmap comes from its 32-bit fields, and a negative height counts as positive', () => {
    expect(readHeaderSize('image/bmp', bitmap(124, 100_000, -70_000))).toEqual({
      widthPx: 100_000,
      heightPx: 70_000,
    })
  })
})
