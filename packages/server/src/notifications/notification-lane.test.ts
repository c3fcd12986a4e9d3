import { expect, it } from 'vitest'
import { notificationDelays } from './notification-lane.js'

it('retries a notification over 75 hours for ten attempts, and daily after that', () => {
  const seconds = notificationDelays(10)
  expect(seconds).toHaveLength(9)
  expect(Math.floor(seconds.reduce((sum, delay) => sum + delay, 0) / 3600)).toBe(75)
  expect(notificationDelays(12).slice(9)).toEqual([86_400, 86_400])
  expect(notificationDelays(1)).toEqual([])
})
