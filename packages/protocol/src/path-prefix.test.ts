import { describe, expect, it } from 'vitest'
import { isUnderPrefix } from './path-prefix.js'

describe('a prefix without a slash at its end', () => {
  it.each(['users/4', 'users/4/x', 'users/4/x/y', 'users/4/a..b', 'users/4/.hidden', 'users/4/…'])(
    'admits %j under users/4',
    (text) => {
      expect(isUnderPrefix(text, 'users/4')).toBe(true)
    },
  )

  it.each([
    'users/42',
    'users/4x/y',
    'users/4-old',
    'users',
    'users/',
    'Users/4/x',
    '/users/4/x',
    'x/users/4/y',
    'users/4/',
    'users/4//x',
    'users/4/x/',
    'users/4/.',
    'users/4/../42',
    'users/4/x/../../42',
    'users/4/%2e%2e/42',
    'users/4/.%2E/42',
    'users/4/..\\42',
    'users/4/..%5c42',
    'users/4/..%2f42',
    'users/4/ ../42',
    'users/4/ /42',
  ])('refuses %j under users/4', (text) => {
    expect(isUnderPrefix(text, 'users/4')).toBe(false)
  })
})

describe('a prefix with a slash at its end', () => {
  it('requires a name after it', () => {
    expect(isUnderPrefix('users/4/x', 'users/4/')).toBe(true)
    expect(isUnderPrefix('users/4', 'users/4/')).toBe(false)
    expect(isUnderPrefix('users/4/', 'users/4/')).toBe(false)
  })
})

it('compares the whole host of an address', () => {
  const prefix = 'https://cdn.example.com'
  expect(isUnderPrefix('https://cdn.example.com/a.png', prefix)).toBe(true)
  expect(isUnderPrefix('https://cdn.example.com.evil.example/a.png', prefix)).toBe(false)
  expect(isUnderPrefix('https://cdn.example.com@evil.example/a.png', prefix)).toBe(false)
})
