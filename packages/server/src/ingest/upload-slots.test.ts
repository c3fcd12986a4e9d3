import { describe, expect, it } from 'vitest'
import { createUploadSlots, type UploadSlot, type UploadSlots } from './upload-slots.js'

/** Takes slots until one is refused. */
function takeAll(slots: UploadSlots, address: string): UploadSlot[] {
  const taken: UploadSlot[] = []
  for (;;) {
    try {
      taken.push(slots.take(address))
    } catch (error) {
      expect(error).toMatchObject({ code: 'RATE_LIMITED' })
      return taken
    }
  }
}

const slotsOf = () => createUploadSlots({ maxUploads: 256, maxUploadsPerAddress: 64 })

describe('uploads at once', () => {
  it('are so many, in all and of one address, and not one more', () => {
    const slots = createUploadSlots({ maxUploads: 3, maxUploadsPerAddress: 2 })
    const first = slots.take('a')
    first.verify()
    slots.take('a').verify()
    expect(() => slots.take('a')).toThrow(/this address \(COUNTERSIGN_MAX_UPLOADS_PER_ADDRESS\)/)
    slots.take('b').verify()
    expect(() => slots.take('b')).toThrow(/the server \(COUNTERSIGN_MAX_UPLOADS\)/)
    first.release()
    first.release()
    slots.take('c')
    expect(() => slots.take('d')).toThrow(/the server \(COUNTERSIGN_MAX_UPLOADS\)/)
  })

  it('that verified may fill the process, whoever sends them', () => {
    const slots = slotsOf()
    for (let at = 0; at < 256; at++) slots.take(`address ${Math.floor(at / 64)}`).verify()
    expect(() => slots.take('another')).toThrow(/the server/)
  })
})

describe('uploads that prove nothing', () => {
  it('of one address are held back by nothing while half of the process is free', () => {
    expect(takeAll(slotsOf(), 'a')).toHaveLength(64)
  })

  it('of four addresses leave 102 slots of 256 to others, and of twenty still some', () => {
    const slots = slotsOf()
    const counts = ['a', 'b', 'c', 'd'].map((address) => takeAll(slots, address).length)
    expect(counts).toEqual([64, 64, 14, 12])
    for (let at = 4; at < 20; at++) expect(takeAll(slots, `${at}`).length).toBeGreaterThan(0)
    slots.take('an honest one').release()
  })

  it('are told so, and may come again once one of them verified or is over', () => {
    const slots = slotsOf()
    takeAll(slots, 'a')
    takeAll(slots, 'b')
    const own = takeAll(slots, 'c')
    expect(() => slots.take('c')).toThrow(
      'Too many uploads at once from this address without a signature so far (COUNTERSIGN_MAX_UPLOADS). Try again in a moment',
    )
    own[0]?.verify()
    own[0]?.verify()
    const next = slots.take('c')
    expect(() => slots.take('c')).toThrow(/without a signature so far/)
    next.release()
    slots.take('c')
  })
})
