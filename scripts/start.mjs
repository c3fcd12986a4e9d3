/** `npm start`: installs and builds what is missing, then runs the media server and the example. @module */

import './assert-node-version.mjs'
import { join } from 'node:path'
import { buildApp, EXAMPLE, NEXT, writeEnvFile } from './build-app.mjs'
import {
  COUNTERSIGN,
  dataFolderFromEnvironment,
  prepareData,
  readEnvLines,
  readFullKey,
  serverEnvironment,
} from './development-server.mjs'
import { installMissing } from './install-missing.mjs'
import { isFree, portFrom } from './ports.mjs'
import { ROOT } from './repository.mjs'
import { appEnvironment, stopCommands } from './run-command.mjs'
import { supervise } from './supervise.mjs'

/** @typedef {import('./development-server.mjs').DevelopmentServer} DevelopmentServer */

/** @type {import('./supervise.mjs').Supervisor | null} */
let running = null
let isStopping = false

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop())

try {
  process.exitCode = await start()
} catch (error) {
  if (!isStopping) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}

/** @returns {Promise<number>} The exit code. */
async function start() {
  const server = {
    dataFolder: dataFolderFromEnvironment(),
    port: portFrom('PORT', 8787),
    examplePort: portFrom('EXAMPLE_PORT', 3000),
  }
  await assertFree('PORT', server.port, 'the media server')
  await assertFree('EXAMPLE_PORT', server.examplePort, 'the example')
  const envLines = await prepare(server)
  if (envLines === null || isStopping) return isStopping ? 0 : 1
  const serverAddress = `http://127.0.0.1:${server.port}`
  const exampleAddress = `http://127.0.0.1:${server.examplePort}`
  running = supervise([
    {
      name: 'server',
      args: [COUNTERSIGN, 'dev'],
      cwd: ROOT,
      env: serverEnvironment(server),
      address: `${serverAddress}/health`,
    },
    {
      name: 'example',
      args: [NEXT, 'start', '-H', '127.0.0.1', '-p', String(server.examplePort)],
      cwd: EXAMPLE,
      env: appEnvironment(),
      address: exampleAddress,
    },
  ])
  if (await running.ready()) {
    printWelcome({ serverAddress, exampleAddress, envLines })
    running.showOutput()
    const sentence = await running.ended
    if (!isStopping) console.error(`${sentence} Stopping everything.`)
  } else if (!isStopping) {
    running.showOutput()
    console.error('The media server and the example did not both become ready: see above.')
  }
  await running.stop()
  return isStopping ? 0 : 1
}

/**
 * @param {string} variable
 * @param {number} port
 * @param {string} program
 */
async function assertFree(variable, port, program) {
  if (await isFree(port)) return
  throw new Error(
    `Port ${port}, for ${program}, is taken. Stop the program that uses it, or choose another port: ${variable}=${port + 1} npm start`,
  )
}

/**
 * Installs, builds and configures everything before the two programs start.
 *
 * @param {DevelopmentServer} server
 * @returns {Promise<string | null>} The `.env.local` lines for the user's own app; `null` if a step failed.
 */
async function prepare(server) {
  if (!(await installMissing()) || isStopping) return null
  const { build } = await import('./build.mjs')
  if (!(await build()) || isStopping) return null
  if (!(await prepareData(server)) || isStopping) return null
  const envLines = await readEnvLines(server)
  const fullKey = readFullKey(server.dataFolder)
  writeEnvFile(
    EXAMPLE,
    `${envLines}COUNTERSIGN_ADMIN_KEY=${fullKey.id}\nCOUNTERSIGN_ADMIN_SECRET=${fullKey.secret}\n`,
  )
  return (await buildApp(EXAMPLE)) ? envLines : null
}

/** @param {{ serverAddress: string, exampleAddress: string, envLines: string }} facts */
function printWelcome({ serverAddress, exampleAddress, envLines }) {
  console.log(`
Countersign is running.

  Example        ${exampleAddress}  (also as localhost)
  Media server   ${serverAddress}

Open the example, press "Upload an Image" and drop a photo.
Reload the page: the photo is still there. Files are stored in ${join(dataFolderFromEnvironment())}.

For your own Next.js app, add these lines to .env.local
(the secrets are for development on this machine):

${envLines.replace(/^(?=.)/gm, '  ')}
Ctrl-C stops both servers.
`)
}

async function stop() {
  if (isStopping) return
  isStopping = true
  console.log('\nStopping ...')
  stopCommands()
  await running?.stop()
}
