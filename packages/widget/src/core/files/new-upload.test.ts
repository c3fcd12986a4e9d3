import { expect, it } from 'vitest'
import { remoteUpload } from './new-upload.js'

it.each([
  ['https://example.com/a/summer%20day.jpg?w=1#x', 'summer day.jpg'],
  ['https://example.com/a/%zz.jpg', '%zz.jpg'],
  ['https://example.com/', 'example.com'],
])('remoteUpload gives %s the name %s', (url, name) => {
  const { file, remoteUrl } = remoteUpload(url)
  expect(file.name).toBe(name)
  expect(file.size).toBe(0)
  expect(remoteUrl).toBe(url)
})
