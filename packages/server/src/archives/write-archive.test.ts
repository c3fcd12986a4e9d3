import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { writeArchive } from './write-archive.js'

it('closes an entry that opens after the archive was destroyed', async () => {
  const stream = new Readable({ read() {} })
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  const entry = { name: 'late.txt', modifiedAt: new Date(0), isCompressible: false }
  const archive = await writeArchive('zip', [
    { ...entry, open: () => opened.then(() => ({ bytes: 4, stream })) },
  ])
  archive.destroy()
  await setImmediate()
  open()
  await expect.poll(() => stream.destroyed).toBe(true)
})
