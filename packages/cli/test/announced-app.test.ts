import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'

const BIN = join(import.meta.dirname, '../bin/countersign.js')
const APP = join(import.meta.dirname, 'announcing-app.mjs')
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

let folder: string
const children: ChildProcess[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-announced-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL')
    if (child.exitCode === null) await once(child, 'close')
  }
  await rm(folder, { recursive: true, force: true })
})

const BASE: NodeJS.ProcessEnv = { NODE_ENV: 'development', PATH: process.env.PATH }

function start(args: readonly string[], env: Record<string, string> = {}): () => string {
  const child = spawn(process.execPath, [...args], { cwd: folder, env: { ...BASE, ...env } })
  children.push(child)
  let text = ''
  child.stdout.on('data', (chunk) => (text += chunk))
  child.stderr.on('data', (chunk) => (text += chunk))
  return () => text
}

async function printed(output: () => string, what: RegExp): Promise<string> {
  await expect.poll(output).toMatch(what)
  return what.exec(output())?.[1] ?? ''
}

/** Starts `countersign dev` and an app, each on its own port. */
async function startBoth(changes: Record<string, string> = {}) {
  const dev = start([BIN, 'dev', '--port', '0'])
  const server = await printed(dev, /cloud \S+ on (\S+),/)
  const lines = await promisify(execFile)(process.execPath, [BIN, 'dev', '--env'], {
    cwd: folder,
    env: BASE,
  })
  const variables = Object.fromEntries(
    lines.stdout
      .trim()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
  const app = start([APP], { ...variables, NEXT_PUBLIC_COUNTERSIGN_URL: server, ...changes })
  return { dev, app, server, url: await printed(app, /app on (\S+)/) }
}

/** Uploads as the widget does: signed by the app's route, then sent to the server. */
async function upload(url: string, { name = 'a.png', bytes = PIXEL, type = 'image' } = {}) {
  const nonce = randomBytes(16).toString('hex')
  const signed = await fetch(`${url}api/my-own-route?x=1`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
    body: JSON.stringify({ paramsToSign: {}, accept: 'params', nonce }),
  }).then((response) => response.json())
  const form = new FormData()
  for (const [param, value] of Object.entries(signed.params ?? {})) form.set(param, String(value))
  form.set('api_key', signed.api_key)
  form.set('signature', signed.signature)
  form.set('file', new Blob([new Uint8Array(bytes)]), name)
  const response = await fetch(`${signed.upload_url}/${type}/upload`, {
    method: 'POST',
    body: form,
  })
  return { nonce, uploadUrl: signed.upload_url, json: await response.json() }
}

it('calls onUploaded of an app on any port and any path, and its result reaches the page', async () => {
  const { dev, app, url } = await startBoth()
  const { json, nonce, uploadUrl } = await upload(url)
  expect(json.error).toBeUndefined()
  const completion = await fetch(`${uploadUrl}/completions/${nonce}`).then((one) => one.json())
  expect(completion).toEqual({ status: 'done', result: { seen: json.public_id } })
  expect(app()).toContain(`told of ${json.public_id}`)
  expect(dev()).toContain(`the app receives completions at ${url}api/my-own-route\n`)
  const kept = JSON.parse(await readFile(join(folder, '.countersign/app.json'), 'utf8'))
  expect(kept.completionUrl).toBe(`${url}api/my-own-route`)
})

it('sends no completion to an app without onUploaded', async () => {
  const { url } = await startBoth({ APP_COMPLETES: 'no' })
  const { nonce, uploadUrl } = await upload(url)
  const completion = await fetch(`${uploadUrl}/completions/${nonce}`).then((one) => one.json())
  expect(completion).toEqual({ status: 'none' })
})

it('is not announced by an app in production, and the failed completion is logged', async () => {
  const { dev, url } = await startBoth({ NODE_ENV: 'production' })
  const { json } = await upload(url)
  expect(json.error).toBeUndefined()
  await expect
    .poll(dev)
    .toMatch(
      /onUploaded was not called: http:\/\/127\.0\.0\.1:3000\/\S+ .*COUNTERSIGN_COMPLETION_URL/,
    )
  expect(dev()).not.toContain('receives completions at')
})

it('accepts every size, type and source that the route allows', async () => {
  const limits = { maxBytes: 500_000_000, accept: ['text/plain'] }
  const { server, url } = await startBoth({ APP_LIMITS: JSON.stringify(limits) })
  // One byte more than the preset of `countersign dev` allows before an app has announced itself.
  const file = { name: 'a.txt', bytes: Buffer.alloc(100_000_001, 'a'), type: 'raw' }
  const { json } = await upload(url, file)
  expect(json).toMatchObject({ bytes: 100_000_001, resource_type: 'raw' })
  const picture = await upload(url)
  expect(picture.json.error.message).toContain('not allowed')
  expect(server).toContain('http')
})

it('keeps a preset that the developer has changed, and says how to widen it', async () => {
  const { dev, url } = await startBoth({
    APP_LIMITS: JSON.stringify({ maxBytes: 500_000_000, accept: ['image/png'] }),
  })
  await promisify(execFile)(
    process.execPath,
    [BIN, 'presets', 'set', 'default', '--max-bytes', '50'],
    { cwd: folder, env: BASE },
  )
  const { json } = await upload(url)
  expect(json.error.message).toContain('Maximum is 50')
  await expect.poll(dev).toContain('max_bytes: the endpoint allows 500000000, the preset 50')
  expect(dev()).toContain("countersign presets set default --max-bytes '500000000'")
})
