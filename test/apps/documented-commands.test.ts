/** Runs each shell command of the README and the guides against packs and servers of this repository. */

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { dirname, join } from 'node:path'
import { apiSignRequest } from '@countersign/protocol/signature'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  beginsWith,
  commandsOf,
  documentedCommands,
  NOT_RUN,
  reasonNotToRun,
} from '../../scripts/documented-commands.mjs'
import { ROOT } from '../../scripts/repository.mjs'
import { ARTIFACTS, freePort } from '../e2e/free-port.js'
import {
  installPacks,
  linkProgram,
  type Place,
  type RunningProgram,
  runShell,
  startShell,
} from './command-shell.js'

const COMMANDS = documentedCommands()
const PAGE =
  '<!doctype html><div id="root"></div><script type="module" src="/src/main.jsx"></script>'
/** npx needs a second to find the command. Two commands show that it does. */
const WITHOUT_NPX = { 'npx countersign': 'countersign' }
const ran = new Set<string>()
const programs: RunningProgram[] = []
let folder = ''
let app = ''
let packs = ''

beforeAll(async () => {
  await mkdir(ARTIFACTS, { recursive: true })
  // Inside the repository: Node finds the packs' dependencies there.
  folder = await mkdtemp(join(ARTIFACTS, 'commands-'))
  app = join(folder, 'my-app')
  packs = join(app, 'vendor')
  const pack = [
    'mkdir -p ../my-app/vendor',
    'npm pack -w packages/protocol -w packages/endpoint -w packages/widget -w packages/react -w packages/server -w packages/cli --pack-destination ../my-app/vendor',
    'cd ../my-app',
  ]
  await runAll(pack, { folder: ROOT, replace: { '../my-app': app } })
})

afterAll(async () => {
  for (const program of programs.splice(0)) await program.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Fails if no document shows the command, so that a test runs what readers copy. */
function documented(command: string): string {
  expect(COMMANDS.map((one) => one.command)).toContain(command)
  ran.add(command)
  return command
}

const run = (command: string, place: Place) => runShell(documented(command), place)

async function start(command: string, place: Place, address: string): Promise<RunningProgram> {
  const program = await startShell(documented(command), place, address)
  programs.push(program)
  return program
}

/** Runs consecutive commands in one shell, as a reader does. */
async function runAll(commands: readonly string[], place: Place): Promise<string> {
  return runShell(commands.map(documented).join('\n'), place)
}

describe('the commands of an app', () => {
  let mediaServer = ''
  let express = ''
  let place: Place
  let withoutNpx: Place

  beforeAll(async () => {
    await writeApp(app)
    await installPacks(app, packs)
    linkProgram(app, 'vite', join(ROOT, 'node_modules/vite/bin/vite.js'))
    const port = await freePort()
    mediaServer = `http://127.0.0.1:${port}`
    const apiPort = await freePort()
    express = `http://localhost:${apiPort}`
    place = { folder: app, env: { PORT: String(port), API_PORT: String(apiPort) } }
    withoutNpx = { ...place, replace: WITHOUT_NPX }
  })

  it('name packs that exist in the install commands of the README', async () => {
    const installs = COMMANDS.filter(
      ({ page, command, isBlock }) =>
        page === 'README.md' && isBlock && /^npm install/.test(command),
    )
    const files = []
    for (const { command } of installs) {
      const list = command.replace(/^npm install (?:--save-dev )?/, 'ls ')
      files.push(...(await runShell(list, { folder: app })).trim().split('\n'))
    }
    const made = (await readdir(packs)).map((name) => `./vendor/${name}`)
    expect(files.sort()).toEqual(made.sort())
  })

  it('set up an app and start its media server', async () => {
    expect(await run('npx countersign init', place)).toContain('.env.local')
    expect(await run('countersign dev --env', place)).toContain(mediaServer)
    await start('npx countersign dev', place, `${mediaServer}/health`)
    await run('npx countersign presets set my-preset --max-bytes 5000000', withoutNpx)
    expect(await run('countersign keys create', place)).toContain('CLOUDINARY_API_SECRET=')
    await run('countersign keys create --scopes upload', place)
  })

  it('build the page, start Express, and find nothing wrong', async () => {
    await run('npx vite build', place)
    await start('node --env-file=.env.local server.mjs', place, express)
    const text = await run('npx countersign doctor', withoutNpx)
    expect(text).toContain(express)
    const report = JSON.parse(await run('npx countersign doctor --json', withoutNpx))
    expect(report.counts).toMatchObject({ red: 0, amber: 0 })
    await run('npx countersign doctor --cookie "session=…"', {
      ...place,
      replace: { ...WITHOUT_NPX, '…': 'alice' },
    })
    await run('npx countersign doctor http://localhost:4000 --dir apps/web', {
      ...place,
      replace: { ...WITHOUT_NPX, 'http://localhost:4000': express, 'apps/web': '.' },
    })
  })

  it('serve the page by Vite, which passes the signing route on to Express', async () => {
    const port = await freePort()
    await writeFile(
      join(app, 'vite.config.js'),
      `export default { server: { host: '127.0.0.1', port: ${port}, strictPort: true, proxy: { '/api': '${express}' } } }`,
    )
    const page = `http://127.0.0.1:${port}`
    await start('npx vite', place, page)
    const discovery = await fetch(`${page}/api/sign-cloudinary-params`)
    expect(await discovery.json()).toMatchObject({
      upload_url: expect.stringContaining(mediaServer),
    })
  })

  it('start a media server on another port, or for a named app', async () => {
    const other = join(folder, 'other-port')
    await mkdir(other)
    await writeFile(join(other, 'package.json'), '{"type":"module"}')
    await installPacks(other, packs)
    const port = await freePort()
    const otherPlace = { folder: other, replace: { ...WITHOUT_NPX, 8790: String(port) } }
    const health = `http://127.0.0.1:${port}/health`
    await run('PORT=8790 npx countersign init', otherPlace)
    expect(await readFile(join(other, '.env.local'), 'utf8')).toContain(`http://127.0.0.1:${port}`)
    const first = await start('PORT=8790 npx countersign dev', otherPlace, health)
    await first.stop()
    await start(
      'COUNTERSIGN_COMPLETION_URL=http://127.0.0.1:3001/api/sign-cloudinary-params npx countersign dev',
      { folder: other, env: { PORT: String(port) }, replace: WITHOUT_NPX },
      health,
    )
  })
})

describe('the commands of a server in production', () => {
  const cloud = 'acme'
  const deliveries: string[] = []
  let media = ''
  let address = ''
  let place: Place
  let receiver: Server
  let uploadKey: KeyPair
  let fullKey: KeyPair

  beforeAll(async () => {
    media = join(folder, 'media')
    await mkdir(media)
    await writeFile(join(media, 'package.json'), '{"type":"module"}')
    await installPacks(media, packs)
    const port = await freePort()
    address = `http://127.0.0.1:${port}`
    receiver = createServer((request, response) => {
      deliveries.push(String(request.headers['webhook-id']))
      request.resume()
      response.end()
    })
    const receiverPort = await freePort()
    await new Promise<void>((resolve) => receiver.listen(receiverPort, '127.0.0.1', resolve))
    const secret = await runShell(documented('echo "whsec_$(openssl rand -base64 32)"'), {
      folder: media,
    })
    place = {
      folder: media,
      env: {
        PORT: String(port),
        COUNTERSIGN_WEBHOOK_SECRET: secret.trim(),
        // A developer's disk is often nearly full.
        COUNTERSIGN_MIN_FREE_BYTES: '0',
        COUNTERSIGN_MIN_FREE_PERCENT: '0',
      },
      replace: {
        'https://media.example.com': address,
        'https://app.example.com': `http://127.0.0.1:${receiverPort}`,
        '<cloud>': cloud,
      },
    }
  })

  afterAll(() => new Promise((resolve) => receiver.close(resolve)))

  const named = (id: string): Place => ({ ...place, replace: { ...place.replace, '<id>': id } })

  it('create, list, rotate and revoke keys', async () => {
    const app = await run('countersign keys create --cloud acme --scopes upload', place)
    uploadKey = {
      id: lineOf(app, 'NEXT_PUBLIC_CLOUDINARY_API_KEY'),
      secret: lineOf(app, 'CLOUDINARY_API_SECRET'),
    }
    const backEnd = await run(
      'countersign keys create --cloud acme --scopes upload+manage+deliver',
      place,
    )
    const url = new URL(lineOf(backEnd, 'CLOUDINARY_URL'))
    fullKey = { id: url.username, secret: url.password }
    const rotated = await run('countersign keys rotate <id>', named(uploadKey.id))
    const newId = lineOf(rotated, 'NEXT_PUBLIC_CLOUDINARY_API_KEY')
    await run('countersign keys revoke <id>', named(newId))
    const list = await run('countersign keys list', place)
    expect(list).toMatch(new RegExp(`${newId}.*revoked`))
    expect(list).toMatch(new RegExp(`${uploadKey.id}.*verify-only`))
    expect((await run('openssl rand -base64 32', place)).trim()).toHaveLength(44)
  })

  it('show and change presets, and print the configuration', async () => {
    await run(
      'countersign presets set default --max-bytes 5000000 --accept image/jpeg,image/png',
      place,
    )
    const [preset, list, config] = await Promise.all([
      run('countersign presets show default', place),
      run('countersign presets list', place),
      run('countersign config --effective', place),
    ])
    expect(preset).toContain('5000000')
    expect(list).toContain('default')
    expect(config).toContain('COUNTERSIGN_MAX_TAGS')
  })

  it('start the server, which takes the requests of the guides', async () => {
    const plain = await start('countersign serve', place, `${address}/ready`)
    await plain.stop()
    await start(
      'COUNTERSIGN_NOTIFICATION_URLS=https://app.example.com/notifications countersign serve',
      place,
      `${address}/ready`,
    )
    await makePhoto(join(media, 'photo.jpg'))
    const timestamp = String(Math.floor(Date.now() / 1000))
    const uploaded = JSON.parse(
      lastLine(
        await run(
          'curl https://media.example.com/v1_1/<cloud>/image/upload -F timestamp=<timestamp> -F api_key=<key> -F signature=<signature> -F file=@photo.jpg',
          {
            ...place,
            replace: {
              ...place.replace,
              '<timestamp>': timestamp,
              '<key>': uploadKey.id,
              '<signature>': apiSignRequest({ timestamp }, uploadKey.secret),
            },
          },
        ),
      ),
    )
    expect(uploaded).toMatchObject({ format: 'jpg', width: 64 })

    const preset = await run(
      'curl -u $KEY:$SECRET https://media.example.com/v1_1/acme/upload_presets -H \'content-type: application/json\' -d \'{"name": "avatars", "folder": "avatars", "limits": {"accept": ["image/*"], "max_bytes": 5000000}}\'',
      { ...place, env: { ...place.env, KEY: fullKey.id, SECRET: fullKey.secret } },
    )
    expect(JSON.parse(lastLine(preset))).toMatchObject({ name: 'avatars' })

    const token = await uploadWithDeleteToken(address, {
      cloud,
      key: uploadKey,
      photo: 'photo.jpg',
    })
    const deleted = await run(
      'curl https://media.example.com/v1_1/<cloud>/delete_by_token -d token=<delete_token>',
      { ...place, replace: { ...place.replace, '<delete_token>': token } },
    )
    expect(JSON.parse(lastLine(deleted))).toEqual({ result: 'ok' })
  })

  it('start a worker beside the server', async () => {
    // A worker has no address of its own.
    const worker = await start('countersign work', place, `${address}/ready`)
    await expect.poll(worker.output, { timeout: 20_000 }).toContain('worker started')
    await worker.stop()
  })

  it('list notifications and send them again', async () => {
    await expect.poll(() => deliveries.length).toBeGreaterThanOrEqual(3)
    await run('countersign notifications list', place)
    const done = await run('countersign notifications list --state done', place)
    const [id = ''] = deliveries
    expect(done).toContain(id)
    await run('countersign notifications replay <id>', named(id))
    await run('countersign notifications replay --all', place)
  })

  it('delete what no row needs', async () => {
    expect(await run('countersign collect --dry-run', place)).toContain('Would remove')
    expect(await run('countersign collect', place)).toContain('Removed')
    await run('countersign collect --force', place)
  })

  const backUp = [
    'umask 077',
    'mkdir -p backup',
    `sqlite3 data/catalog.db ".backup 'backup/catalog.db'"`,
    'cp -Ru data/blobs backup/',
  ]
  it('back up the data folder, from which a server starts again', async (context) => {
    for (const command of backUp) documented(command)
    const found = await runShell('command -v sqlite3 || true', place)
    if (found === '') context.skip('sqlite3 is not installed')
    await runAll(backUp, place)
    const port = await freePort()
    const env = {
      ...place.env,
      PORT: String(port),
      COUNTERSIGN_DATABASE: 'sqlite:./backup/catalog.db',
      COUNTERSIGN_STORAGE: 'file:./backup',
    }
    const restored = `http://127.0.0.1:${port}`
    await start('countersign serve', { ...place, env }, `${restored}/ready`)
    const list = await fetch(`${restored}/v1_1/${cloud}/resources/image`, {
      headers: { authorization: `Basic ${btoa(`${fullKey.id}:${fullKey.secret}`)}` },
    })
    const { resources } = (await list.json()) as { resources: { secure_url: string }[] }
    expect(resources).toHaveLength(1)
    const { pathname } = new URL(resources[0]?.secure_url ?? '')
    expect((await fetch(`${restored}${pathname}`)).status).toBe(200)
  })
})

describe('the documents', () => {
  it('show no command that is neither run here nor listed with a reason', () => {
    const open = COMMANDS.filter(({ command, isBlock }) => {
      if (reasonNotToRun(command) !== undefined) return false
      if (isBlock) return !ran.has(command)
      return ![...ran].some((whole) => beginsWith(whole, command))
    })
    expect(open).toEqual([])
  })

  it('still show each command that is listed with a reason', () => {
    const stale = [...NOT_RUN.keys()].filter(
      (start) => !COMMANDS.some(({ command }) => beginsWith(command, start)),
    )
    expect(stale).toEqual([])
  })
})

describe('commandsOf', () => {
  it('finds commands in shell blocks and in sentences, and nothing else', () => {
    const text = [
      '```sh',
      'npm start   # both',
      'curl https://a.example \\',
      '  -F file=@b',
      '# a comment',
      '```',
      '```js',
      'npx(`npm run no`)',
      '```',
      'Use `npx countersign',
      'init` or `countersign`; `GET /health` is none.',
    ].join('\n')
    expect(commandsOf('a.md', text)).toEqual([
      { page: 'a.md', command: 'npm start', isBlock: true },
      { page: 'a.md', command: 'curl https://a.example -F file=@b', isBlock: true },
      { page: 'a.md', command: 'npx countersign init', isBlock: false },
    ])
  })
})

interface KeyPair {
  readonly id: string
  readonly secret: string
}

/** Writes the app of the guide "Vite and Express". */
async function writeApp(app: string): Promise<void> {
  const guide = await readFile(join(ROOT, 'docs/guide/vite-express.md'), 'utf8')
  const files = [...guide.matchAll(/```jsx?\n\/\/ ([\w./-]+)\n([\s\S]*?)```/g)]
  await writeFile(
    join(app, 'package.json'),
    '{"type":"module","dependencies":{"express":"5"},"devDependencies":{"vite":"8"}}',
  )
  await writeFile(join(app, 'index.html'), PAGE)
  for (const [, path = '', code = ''] of files) {
    await mkdir(dirname(join(app, path)), { recursive: true })
    await writeFile(join(app, path), code)
  }
}

async function makePhoto(path: string): Promise<void> {
  await sharp({ create: { width: 64, height: 48, channels: 3, background: '#4a7' } })
    .jpeg()
    .toFile(path)
}

async function uploadWithDeleteToken(
  address: string,
  given: { cloud: string; key: KeyPair; photo: string },
): Promise<string> {
  const params = { return_delete_token: 'true', timestamp: String(Math.floor(Date.now() / 1000)) }
  const form = new FormData()
  for (const [name, value] of Object.entries(params)) form.set(name, value)
  form.set('api_key', given.key.id)
  form.set('signature', apiSignRequest(params, given.key.secret))
  const photo = await readFile(join(folder, 'media', given.photo))
  form.set('file', new Blob([new Uint8Array(photo)]), given.photo)
  const response = await fetch(`${address}/v1_1/${given.cloud}/image/upload`, {
    method: 'POST',
    body: form,
  })
  const { delete_token: token } = (await response.json()) as { delete_token: string }
  return token
}

function lineOf(text: string, name: string): string {
  return new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1] ?? ''
}

/** Returns the last line: curl writes its progress before it. */
function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}
