/** `countersign serve`: the media server, configured by the environment. @module */

import { parseArgs } from 'node:util'
import { MediaError } from '@countersign/protocol/errors'
import { configWarnings, readConfig } from '@countersign/server'
import { startServer, stopOnSignals } from '../run-server.js'

/** Runs the media server until a signal. */
export async function serve(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { host: { type: 'string' }, port: { type: 'string' } },
  })
  const environment = {
    ...process.env,
    ...(values.host === undefined ? {} : { COUNTERSIGN_HOST: values.host }),
    ...(values.port === undefined ? {} : { PORT: values.port }),
  }
  const config = readConfig(environment)
  const starting = startServer(config)
  stopOnSignals(starting, { isGraceful: true })
  const server = await starting
  const { keys, catalog, publicUrl } = server.services
  if (keys.size === 0) {
    await server.close()
    throw new MediaError('CONFIG_INVALID', {
      message: `there is no key. Make one with: countersign keys create --cloud <name> --scopes upload
or set COUNTERSIGN_CLOUD and COUNTERSIGN_KEYS=<id>:upload:<secret>, or CLOUDINARY_URL`,
    })
  }
  for (const warning of configWarnings(environment)) server.log.warn(warning)
  if (!config.publicUrl) {
    server.log.warn(
      { publicUrl: publicUrl() },
      'COUNTERSIGN_PUBLIC_URL is not set: URLs in answers start with the address listened on',
    )
  }
  for (const key of [...config.keys, ...(await catalog.listKeys())]) {
    server.log.info({ cloud: key.cloud, keyId: key.id, scopes: key.scopes }, 'key')
    if (key.scopes.includes('manage') && key.scopes.includes('upload')) {
      server.log.warn(
        { keyId: key.id },
        'this key can do everything. Use a key with scope upload for browsers (countersign keys create --scopes upload)',
      )
    }
  }
}
