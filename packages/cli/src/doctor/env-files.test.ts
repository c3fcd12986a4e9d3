import { describe, expect, it } from 'vitest'
import { parseEnv } from './env-files.js'

// The forms of dotenv, with which Next reads these files.
describe('an environment file', () => {
  it.each([
    ['A=abc', 'abc'],
    ['export A=abc', 'abc'],
    ['A="abc"', 'abc'],
    ["A='abc'", 'abc'],
    ['A=`a"b`', 'a"b'],
    ['A= abc # comment', 'abc'],
    ['A=a#b', 'a#b'],
    ['A="a # b" # comment', 'a # b'],
    ['A="a\\nb"', 'a\nb'],
    ["A='a\\nb'", 'a\\nb'],
    ['A=', ''],
    ['A="abc', '"abc'],
    ['A=abc\r', 'abc'],
  ])('reads %j as %j', (line, value) => {
    expect(parseEnv(line, '.env')).toMatchObject([{ name: 'A', value }])
  })

  it.each(['', '# A=abc', 'A', '=abc'])('finds no variable in %j', (line) => {
    expect(parseEnv(line, '.env')).toEqual([])
  })
})
