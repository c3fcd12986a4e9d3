import busboy from 'busboy'
import { describe, expect, it } from 'vitest'
import { capPartHeaders } from './part-headers.js'

const CONTENT = Buffer.from([0, 1, 7, 13, 10, 13, 10, 0x7f, 0x1b, 0x2d, 0x2d, 0x62])

/** Parses a form whose file's name has control characters, handed over in pieces of some bytes. */
function parseInPieces(pieceBytes: number): Promise<{ filename: string; content: Buffer }> {
  const parser = busboy({
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
    defParamCharset: 'utf8',
  })
  capPartHeaders(parser)
  const form = Buffer.concat([
    Buffer.from('--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n'),
    Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="\u0001é\u007f"\r\n'),
    Buffer.from('Content-Type: image/png\r\n\r\n'),
    CONTENT,
    Buffer.from('\r\n--b--\r\n'),
  ])
  return new Promise((resolve, reject) => {
    parser.on('error', reject)
    parser.on('file', async (_name, stream, { filename }) => {
      const chunks: Buffer[] = []
      for await (const chunk of stream) chunks.push(chunk)
      resolve({ filename: filename ?? '', content: Buffer.concat(chunks) })
    })
    for (let at = 0; at < form.length; at += pieceBytes) {
      parser.write(Buffer.from(form.subarray(at, at + pieceBytes)))
    }
    parser.end()
  })
}

describe('control characters', () => {
  it.each([1, 2, 3, 7, 64, 1000])(
    'in a file name become _ and stay in the content, in pieces of %d bytes',
    async (pieceBytes) =>
      expect(await parseInPieces(pieceBytes)).toEqual({ filename: '_é_', content: CONTENT }),
  )
})
