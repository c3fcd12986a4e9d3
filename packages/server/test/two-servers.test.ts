import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { FULL_KEY, formOf, signed, startTestServer } from './running-server.js'

/** Returns the threads, child processes and listening sockets of this process. */
function handles(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((name) => /Worker|ProcessWrap|TCPSERVERWRAP/.test(name))
}

it('runs two independent servers in one process, and closes all their resources', async () => {
  const before = handles()
  const servers = await Promise.all([startTestServer(), startTestServer()])
  const [first, second] = servers.map(({ server }) => server.services)
  for (const name of ['metadataReader', 'joining', 'parts', 'derivations', 'decoders'] as const) {
    expect(first?.[name]).not.toBe(second?.[name])
  }
  const media = await readFile(new URL('media/h264-opus.mp4', import.meta.url))
  const upload = () => formOf(signed(FULL_KEY), { bytes: media, name: 'a.mp4' })
  const [one, other] = servers
  expect(await one?.post('video/upload', upload())).toMatchObject({ status: 200 })
  await one?.close()
  expect(await other?.post('video/upload', upload())).toMatchObject({ status: 200 })
  await other?.close()
  await expect.poll(() => handles().length).toBeLessThanOrEqual(before.length)
})
