import { describe, expect, it } from 'vitest'
import { createDecoderSlots } from './decoder-slots.js'

/** Creates a task that runs until `end` is called. */
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

describe('decoder slots', () => {
  it('run a limited number of tasks, and the others in the order of their arrival', async () => {
    const slots = createDecoderSlots(2)
    const tasks = [openTask(), openTask(), openTask()]
    const results = tasks.map(({ task }) => slots.run(task))
    await Promise.resolve()
    expect(tasks.map((task) => task.isStarted())).toEqual([true, true, false])
    tasks[0]?.end()
    await results[0]
    await expect.poll(() => tasks[2]?.isStarted()).toBe(true)
    for (const task of tasks) task.end()
    expect(await Promise.all(results)).toEqual(['done', 'done', 'done'])
  })

  it('refuse a task if the queue is full, but never a task without a limit', async () => {
    const slots = createDecoderSlots(1)
    const first = openTask()
    const results = [slots.run(first.task), slots.run(async () => 'second')]
    await expect(slots.run(async () => 'third', { maxWaiting: 1 })).rejects.toMatchObject({
      code: 'RATE_LIMITED',
    })
    results.push(slots.run(async () => 'fourth'))
    first.end()
    expect(await Promise.all(results)).toEqual(['done', 'second', 'fourth'])
  })

  it('continue after a task that failed', async () => {
    const slots = createDecoderSlots(1)
    await expect(slots.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(await slots.run(async () => 'next')).toBe('next')
  })

  it('run urgent tasks first, and refuse one only if too many urgent tasks wait', async () => {
    const slots = createDecoderSlots(1)
    const first = openTask()
    const ended: string[] = []
    const add = (name: string, isUrgent: boolean) =>
      slots.run(async () => void ended.push(name), { isUrgent, maxWaiting: 2 })
    const results = [
      slots.run(first.task),
      add('one', false),
      add('two', false),
      add('three', true),
      add('four', true),
    ]
    await expect(add('five', true)).rejects.toMatchObject({ code: 'RATE_LIMITED' })
    first.end()
    await Promise.all(results)
    expect(ended).toEqual(['three', 'four', 'one', 'two'])
  })

  it('run another task after at most eight urgent ones', async () => {
    const slots = createDecoderSlots(1)
    const first = openTask()
    const waiting: Promise<unknown>[] = [slots.run(first.task)]
    const before: number[] = []
    let moments = 0
    // Each urgent task adds the next one before it ends.
    async function moment(): Promise<void> {
      moments += 1
      if (moments < 100) waiting.push(slots.run(moment, { isUrgent: true }))
    }
    waiting.push(slots.run(moment, { isUrgent: true }))
    for (let other = 0; other < 3; other += 1) {
      waiting.push(slots.run(async () => void before.push(moments)))
    }
    first.end()
    for (let done = 0; done < waiting.length; done += 1) await waiting[done]
    expect(before).toEqual([8, 16, 24])
  })
})
