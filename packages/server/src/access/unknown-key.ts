/** Creates the errors for keys and clouds that the server does not have. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { Services } from '../services.js'

/** Maximum characters of a received cloud name that an error text repeats. */
const MAX_ECHO_LENGTH = 64

/**
 * Creates the error for an unknown key. In `dev` the text also names the address of this server, because the usual cause is an app
 * that uploads to the wrong `countersign dev`.
 *
 * @param options.text Replaces the text of the protocol. @default `Unknown API key <id>`
 */
export function unknownKey(
  services: Pick<Services, 'config' | 'keys' | 'publicUrl'>,
  keyId: string,
  options: { readonly text?: string } = {},
): MediaError {
  const id = services.keys.shownId(keyId)
  const text = options.text ?? `Unknown API key ${id}`
  return new MediaError('API_KEY_UNKNOWN', {
    message:
      services.config.mode === 'dev'
        ? `${text} (dev: this server does not know key ${id}; ${otherServer(services)})`
        : text,
  })
}

/** Creates the error for an unsigned upload to an unknown cloud. In `dev` the text also names the address of this server. */
export function unknownCloud(
  services: Pick<Services, 'config' | 'publicUrl'>,
  cloud: string,
): MediaError {
  const text = 'Unknown API key '
  const name = cloud.slice(0, MAX_ECHO_LENGTH)
  return new MediaError('API_KEY_UNKNOWN', {
    message:
      services.config.mode === 'dev'
        ? `${text}(dev: this server does not know cloud ${name}; ${otherServer(services)})`
        : text,
  })
}

function otherServer({ publicUrl }: Pick<Services, 'publicUrl'>): string {
  const { port, protocol } = new URL(publicUrl())
  const shown = port || (protocol === 'https:' ? '443' : '80')
  return `is another server running on ${shown}? Set NEXT_PUBLIC_COUNTERSIGN_URL to the address that your countersign dev prints, and restart the app`
}
