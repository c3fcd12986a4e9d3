import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'

const COMMAND = fileURLToPath(new URL('../../bin/countersign.js', import.meta.url))

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-keys-'))
})
afterEach(() => rm(folder, { recursive: true }))

const run = (...args: string[]) => runIn({}, ...args)

async function runIn(
  variables: Record<string, string>,
  ...args: string[]
): Promise<{ code: number; output: string }> {
  const env: NodeJS.ProcessEnv = { NODE_ENV: 'test', PATH: process.env.PATH, ...variables }
  const options = { cwd: folder, env }
  return promisify(execFile)(process.execPath, [COMMAND, ...args], options).then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    ({ code, stdout, stderr }) => ({ code, output: `${stdout}${stderr}` }),
  )
}

it('rotates a key into one with the same rights; the old key verifies until it is revoked', async () => {
  const made = await run(
    'keys',
    'create',
    '--cloud',
    'acme',
    '--scopes',
    'upload',
    '--preset',
    'avatars',
  )
  const old = /API_KEY=(\d{15})/.exec(made.output)?.[1] ?? ''
  const rotated = await run('keys', 'rotate', old)
  const fresh = /API_KEY=(\d{15})/.exec(rotated.output)?.[1] ?? ''
  expect(fresh).not.toBe(old)
  expect(rotated.output).toContain(`countersign keys revoke ${old}`)
  const listed = await run('keys', 'list')
  expect(listed.output).toMatch(new RegExp(`${old} +upload +avatars +verify-only`))
  expect(listed.output).toMatch(new RegExp(`${fresh} +upload +avatars +active`))
  await run('keys', 'revoke', old)
  expect((await run('keys', 'list')).output).toMatch(new RegExp(`${old} .* revoked`))
})

it('prints CLOUDINARY_URL for the back end if a key has more scopes than upload', async () => {
  const { output } = await run('keys', 'create', '--cloud', 'acme', '--scopes', 'manage+deliver')
  expect(output).toMatch(
    /^CLOUDINARY_URL=cloudinary:\/\/\d{15}:[A-Za-z0-9_-]{43}@acme\?upload_prefix=http:\/\/127\.0\.0\.1:8787$/m,
  )
  expect(output).not.toContain('NEXT_PUBLIC_')
})

it('prints the server address of the environment', async () => {
  const made = async (env: Record<string, string>) => {
    const { output } = await runIn(env, 'keys', 'create', '--cloud', 'acme', '--scopes', 'manage')
    return /upload_prefix=(.*)$/m.exec(output)?.[1]
  }
  expect(await made({ PORT: '9123' })).toBe('http://127.0.0.1:9123')
  expect(await made({ COUNTERSIGN_HOST: '0.0.0.0', PORT: '80' })).toBe('http://127.0.0.1:80')
  expect(await made({ COUNTERSIGN_PUBLIC_URL: 'https://media.example.com/', PORT: '9' })).toBe(
    'https://media.example.com',
  )
})

it('explains why a key cannot be rotated or revoked', async () => {
  expect(await run('keys', 'revoke')).toMatchObject({
    code: 1,
    output: expect.stringContaining('name the key'),
  })
  await run('keys', 'create', '--cloud', 'acme')
  expect(await run('keys', 'rotate', '1')).toMatchObject({
    code: 1,
    output: expect.stringContaining('there is no key 1 in this catalog'),
  })
})

it('shows the preset default, changes the given limits and keeps the others', async () => {
  await run('keys', 'create', '--cloud', 'acme')
  expect((await run('presets', 'list')).output).toContain('"max_bytes":20000000')
  const changed = await run(
    'presets',
    'set',
    'default',
    '--max-bytes',
    '5000000',
    '--overwrite',
    'yes',
  )
  expect(changed.output).toContain('"max_bytes":5000000')
  const shown = JSON.parse((await run('presets', 'show', 'default')).output)
  expect(shown).toMatchObject({
    unsigned: false,
    disallow_public_id: true,
    limits: { max_bytes: 5_000_000, overwrite: true, resource_types: ['image'] },
  })
})

it('refuses invalid limits', async () => {
  await run('keys', 'create', '--cloud', 'acme')
  expect(await run('presets', 'set', 'default', '--max-bytes', 'many')).toMatchObject({
    code: 1,
    output: expect.stringContaining('--max-bytes must be a positive whole number'),
  })
  expect((await run('presets', 'show', 'nothing')).output).toContain('there is no preset nothing')
})

it('records each change in the audit log, with the user of the machine and the key', async () => {
  const made = await run('keys', 'create', '--cloud', 'acme')
  const old = /API_KEY=(\d{15})/.exec(made.output)?.[1] ?? ''
  const rotated = await run('keys', 'rotate', old)
  const fresh = /API_KEY=(\d{15})/.exec(rotated.output)?.[1] ?? ''
  await run('keys', 'revoke', old)
  await run('presets', 'set', 'avatars', '--max-bytes', '5')
  await run('keys', 'list')
  const text = await readFile(join(folder, 'data/audit.jsonl'), 'utf8')
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines.map(({ action, target, outcome }) => [action, target, outcome])).toEqual([
    ['keys create', old, 'created'],
    ['keys rotate', fresh, 'created'],
    ['keys rotate', old, 'verify-only'],
    ['keys revoke', old, 'revoked'],
    ['presets set', 'avatars', 'done'],
  ])
  for (const line of lines) {
    expect(line).toMatchObject({ actor: `operator ${userInfo().username}`, key_id: null, ip: null })
  }
  expect(text).not.toContain(/API_SECRET=(\S+)/.exec(made.output)?.[1] ?? 'no secret')
})
