import { expect, it } from 'vitest'
import { createUploadSlots } from './upload-slots.js'

const { signal } = new AbortController()

it('gives out the limited number of slots, then the next ones in order of the calls', async () => {
  const take = createUploadSlots(() => 1)
  const release = await take(signal)
  const order: string[] = []
  const second = take(signal).then(() => order.push('second'))
  void take(signal).then(() => order.push('third'))
  release()
  // Already freed: the second call frees nothing.
  release()
  await second
  expect(order).toEqual(['second'])
})

it('passes a free slot over aborted requests to the next one', async () => {
  const take = createUploadSlots(() => 1)
  const release = await take(signal)
  const impatient = new AbortController()
  const leaving = take(impatient.signal)
  const staying = take(signal)
  impatient.abort()
  await expect(leaving).rejects.toThrow('aborted')
  release()
  await expect(staying).resolves.toBeTypeOf('function')
})

it('reads its limit again for every request', async () => {
  let limit = 1
  const take = createUploadSlots(() => limit)
  await take(signal)
  limit = 2
  await expect(take(signal)).resolves.toBeTypeOf('function')
})
