import { expect, it } from 'vitest'
import { createUploadSlots } from './upload-slots.js'

const { signal } = new AbortController()

it('gives out so many places, the next ones in order of asking', async () => {
  const take = createUploadSlots(() => 1)
  const release = await take(signal)
  const order: string[] = []
  const second = take(signal).then(() => order.push('second'))
  void take(signal).then(() => order.push('third'))
  release()
  // Given back already: this one frees nothing.
  release()
  await second
  expect(order).toEqual(['second'])
})

it('passes a place on, past those who gave up waiting', async () => {
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

it('reads its limit anew', async () => {
  let limit = 1
  const take = createUploadSlots(() => limit)
  await take(signal)
  limit = 2
  await expect(take(signal)).resolves.toBeTypeOf('function')
})
