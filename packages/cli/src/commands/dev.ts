/**
 * `countersign dev`: runs the media server for development, with its own cloud and keys. @module
 */

import { parseArgs } from 'node:util'
import type { Limits } from '@countersign/protocol/limits'
import {
  type AnnouncedApp,
  configWarnings,
  type MediaServer,
  readConfig,
} from '@countersign/server'
import { openAnnouncedApps } from '../announced-apps.js'
import { otherAddressWarning } from '../app-address.js'
import { dataFolder, devKeys, environmentLines, prepareDevData } from '../dev-data.js'
import { keepDevPreset } from '../dev-preset.js'
import { devStores } from '../find-stores.js'
import { startServer, stopOnSignals } from '../run-server.js'
import { serverUrl } from '../server-url.js'

/**
 * Runs the server until a signal. With `--prepare` or `--env`, only creates the keys, or also
 * prints them.
 */
export async function dev(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      host: { type: 'string' },
      port: { type: 'string' },
      prepare: { type: 'boolean' },
      env: { type: 'boolean' },
    },
  })
  const folder = dataFolder()
  const data = await prepareDevData(folder)
  const variables = ownVariables(values, { folder, ...data })
  const config = {
    ...readConfig(variables),
    mode: 'dev' as const,
    keys: devKeys(data),
    completionUrl: process.env.COUNTERSIGN_COMPLETION_URL || exampleRoute(),
  }
  if (values.env) process.stdout.write(`${environmentLines(data, serverUrl(variables))}\n`)
  if (values.env || values.prepare) return
  const apps = openAnnouncedApps({
    folder,
    fallback: { completionUrl: `http://127.0.0.1:3000${ROUTE}`, limits: [], isGuess: true },
    onChange: async (app, before) => {
      sayApp(app)
      await keepPreset(server, { cloud: data.cloudName, before: before.limits, route: app.limits })
    },
  })
  const starting = startServer(config, { apps })
  stopOnSignals(starting, { isGraceful: false })
  const server = await starting
  const { CLOUDINARY_URL: _, ...own } = process.env
  for (const warning of configWarnings(own)) server.log.warn(warning)
  const limits = apps.current()?.limits ?? []
  await keepPreset(server, { cloud: data.cloudName, before: limits, route: limits })
  const address = server.services.publicUrl()
  process.stdout.write(
    `countersign dev: cloud ${data.cloudName} on ${address}, data in ${folder}\n`,
  )
  const warning = await otherAddressWarning(process.cwd(), address)
  if (warning) process.stdout.write(`\n${warning}`)
}

/** Path of the signing route, for an app that has not announced itself. */
const ROUTE = '/api/sign-cloudinary-params'

/**
 * Returns the address of the example's signing route, which `npm start` runs on `EXAMPLE_PORT`;
 * `null` for any other app.
 */
function exampleRoute(): string | null {
  const { EXAMPLE_PORT: port } = process.env
  return port ? `http://127.0.0.1:${port}${ROUTE}` : null
}

async function keepPreset(
  { services }: MediaServer,
  limits: {
    readonly cloud: string
    readonly before: readonly Limits[]
    readonly route: readonly Limits[]
  },
): Promise<void> {
  const warning = await keepDevPreset(services.catalog, { ...limits, now: services.now() })
  if (warning) process.stdout.write(`\n${warning}`)
}

function sayApp({ completionUrl }: AnnouncedApp): void {
  process.stdout.write(
    completionUrl === null
      ? 'countersign dev: the app has no onUploaded, so it receives no completions\n'
      : `countersign dev: the app receives completions at ${completionUrl}\n`,
  )
}

// `dev` ignores CLOUDINARY_* variables of the shell, because they may belong to a real account.
function ownVariables(
  values: { host?: string; port?: string },
  { folder, webhookSecret }: { folder: string; webhookSecret: string },
): Record<string, string | undefined> {
  const { env } = process
  const { databaseFile, storageFolder } = devStores(folder)
  return {
    COUNTERSIGN_HOST: values.host ?? env.COUNTERSIGN_HOST,
    PORT: values.port ?? env.PORT,
    COUNTERSIGN_PUBLIC_URL: env.COUNTERSIGN_PUBLIC_URL,
    COUNTERSIGN_FOLDER_MODE: env.COUNTERSIGN_FOLDER_MODE,
    COUNTERSIGN_LOG_LEVEL: env.COUNTERSIGN_LOG_LEVEL ?? 'warn',
    // A developer's disk is often nearly full, so only the space that the database needs is kept
    // free.
    COUNTERSIGN_MIN_FREE_BYTES: env.COUNTERSIGN_MIN_FREE_BYTES ?? String(64 * 1024 * 1024),
    COUNTERSIGN_MIN_FREE_PERCENT: env.COUNTERSIGN_MIN_FREE_PERCENT ?? '0',
    COUNTERSIGN_MAX_REQUEST_BYTES: env.COUNTERSIGN_MAX_REQUEST_BYTES,
    COUNTERSIGN_MAX_UPLOADS_PER_ADDRESS: env.COUNTERSIGN_MAX_UPLOADS_PER_ADDRESS,
    COUNTERSIGN_TRUSTED_PROXIES: env.COUNTERSIGN_TRUSTED_PROXIES,
    COUNTERSIGN_NOTIFICATION_URLS: env.COUNTERSIGN_NOTIFICATION_URLS,
    COUNTERSIGN_WEBHOOK_SECRET: webhookSecret,
    COUNTERSIGN_REMOTE_ALLOW: env.COUNTERSIGN_REMOTE_ALLOW,
    COUNTERSIGN_MAX_COLD_RENDERS: env.COUNTERSIGN_MAX_COLD_RENDERS,
    COUNTERSIGN_TRANSFORMATIONS: 'open',
    COUNTERSIGN_STORAGE: `file:${storageFolder}`,
    COUNTERSIGN_DATABASE: `sqlite:${databaseFile}`,
  }
}
