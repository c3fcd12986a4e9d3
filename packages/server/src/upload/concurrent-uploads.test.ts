import { describe, expect, it } from 'vitest'
import { createUploadSlots, type UploadSlot, type UploadSlots } from './concurrent-uploads.js'

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

describe('uploads at the same time', () => {
  it('are limited per process and per address', () => {
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

  it('may take all slots if they are verified', () => {
    const slots = slotsOf()
    for (let at = 0; at < 256; at++) slots.take(`address ${Math.floor(at / 64)}`).verify()
    expect(() => slots.take('another')).toThrow(/the server/)
  })
})

describe('unverified uploads', () => {
  it('of one address may take its whole limit while half of all slots are free', () => {
    expect(takeAll(slotsOf(), 'a')).toHaveLength(64)
  })

  it('of four addresses leave 102 of 256 slots free, and of twenty addresses at least one', () => {
    const slots = slotsOf()
    const counts = ['a', 'b', 'c', 'd'].map((address) => takeAll(slots, address).length)
    expect(counts).toEqual([64, 64, 14, 12])
    for (let at = 4; at < 20; at++) expect(takeAll(slots, `${at}`).length).toBeGreaterThan(0)
    slots.take('an honest one').release()
  })

  it('are refused with the reason, until one of the address is verified or ends', () => {
    const slots = slotsOf()
    takeAll(slots, 'a')
    takeAll(slots, 'b')
    const own = takeAll(slots, 'c')
    expect(() => slots.take('c')).toThrow(
      'Too many uploads at once from this address without a verified signature (COUNTERSIGN_MAX_UPLOADS). Try again in a moment',
    )
    own[0]?.verify()
    own[0]?.verify()
    const next = slots.take('c')
    expect(() => slots.take('c')).toThrow(/without a verified signature/)
    next.release()
    slots.take('c')
  })
})

describe('uploads whose bytes do not flow', () => {
  const slotsOfThree = () => createUploadSlots({ maxUploads: 3, maxUploadsPerAddress: 2 })

  it('free their slots of the address and of the process', () => {
    const slots = slotsOfThree()
    const idle = ['a', 'a', 'b'].map((address) => slots.take(address))
    for (const slot of idle) slot.verify()
    expect(() => slots.take('c')).toThrow(/the server/)
    for (const slot of idle) slot.setFlowing(false)
    for (const address of ['a', 'a', 'b']) slots.take(address).verify()
    expect(() => slots.take('c')).toThrow(/the server/)
  })

  it('do not count as unverified while they rest, and count again afterwards', () => {
    const slots = slotsOf()
    const own = takeAll(slots, 'a')
    for (const slot of own) slot.setFlowing(false)
    expect(takeAll(slots, 'a')).toHaveLength(64)
    for (const slot of own.slice(0, 2)) slot.setFlowing(true)
    for (let at = 0; at < 64; at++) slots.take('b').verify()
    // 130 slots are taken, more than half. One address may hold an eighth of the free slots unverified, and each upload lowers that number.
    expect(takeAll(slots, 'c')).toHaveLength(14)
  })

  it('get a slot again when their bytes flow, even if none is free', () => {
    const slots = slotsOfThree()
    const idle = slots.take('a')
    idle.setFlowing(false)
    expect(idle.isResting()).toBe(true)
    for (const address of ['a', 'a', 'b']) slots.take(address).verify()
    idle.setFlowing(true)
    expect(idle.isResting()).toBe(false)
    idle.release()
    expect(() => slots.take('b')).toThrow(/the server/)
  })

  it('are released once, however they end', () => {
    const slots = slotsOfThree()
    for (const isFlowing of [false, true, false]) {
      const slot = slots.take('a')
      slot.setFlowing(isFlowing)
      slot.setFlowing(isFlowing)
      slot.release()
      slot.setFlowing(true)
      slot.release()
      slot.verify()
    }
    slots.take('a').verify()
    slots.take('a').verify()
    expect(() => slots.take('a')).toThrow(/this address/)
    slots.take('b')
  })

  it('are ended, longest resting first, if more rest than may run', () => {
    const slots = slotsOfThree()
    const evicted: string[] = []
    const rest = (address: string, name: string) =>
      slots.take(address, { onEvict: () => void evicted.push(name) }).setFlowing(false)
    rest('b', 'b1')
    for (const name of ['a1', 'a2']) rest('a', name)
    expect(evicted).toEqual([])
    rest('a', 'a3')
    expect(evicted).toEqual(['a1'])
    rest('c', 'c1')
    expect(evicted).toEqual(['a1', 'b1'])
  })
})
