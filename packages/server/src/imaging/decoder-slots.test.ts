import { describe, expect, it, vi } from 'vitest'
import { createDecoderSlots } from './decoder-slots.js'

/** A task that ends when it is told to. */
function openTask(): { task: () => Promise<string>; end: () => void; isStarted: () => boolean } {
  let finish = () => {}
  let isStarted = false
  const done = new Promise<string>((resolve) => {
    finish = () => resolve('done')
  })
  return {
    task: () => {
      isStarted = true
      return done
    },
    end: () => finish(),
    isStarted: () => isStarted,
  }
}

const turn = { maxSeconds: 10 }

describe('decoder slots', () => {
  it('run so many at once, the others in the order in which they came', async () => {
    const slots = createDecoderSlots(2)
    const tasks = [openTask(), openTask(), openTask()]
    const results = tasks.map(({ task }) => slots.run(task, turn))
    await Promise.resolve()
    expect(tasks.map((task) => task.isStarted())).toEqual([true, true, false])
    tasks[0]?.end()
    await results[0]
    await vi.waitFor(() => expect(tasks[2]?.isStarted()).toBe(true))
    for (const task of tasks) task.end()
    expect(await Promise.all(results)).toEqual(['done', 'done', 'done'])
  })

  it('refuse the one above the queue and never one without a limit', async () => {
    const slots = createDecoderSlots(1)
    const first = openTask()
    const results = [slots.run(first.task, turn), slots.run(async () => 'second', turn)]
    await expect(slots.run(async () => 'third', { ...turn, maxWaiting: 1 })).rejects.toMatchObject({
      code: 'RATE_LIMITED',
    })
    results.push(slots.run(async () => 'fourth', turn))
    first.end()
    expect(await Promise.all(results)).toEqual(['done', 'second', 'fourth'])
  })

  it('go on after a task that failed', async () => {
    const slots = createDecoderSlots(1)
    await expect(slots.run(() => Promise.reject(new Error('broken')), turn)).rejects.toThrow(
      'broken',
    )
    expect(await slots.run(async () => 'next', turn)).toBe('next')
  })

  it('give up on a task past its wall clock, and keep its slot until it ends', async () => {
    const slots = createDecoderSlots(1)
    const slow = openTask()
    const late = expect(slots.run(slow.task, { maxSeconds: 0.01 })).rejects.toMatchObject({
      code: 'IMAGE_INVALID',
      message: 'The image took longer than 0.01 seconds',
    })
    const next = openTask()
    const result = slots.run(next.task, turn)
    await late
    expect(next.isStarted()).toBe(false)
    slow.end()
    next.end()
    expect(await result).toBe('done')
  })
})
