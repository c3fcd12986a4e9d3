/** The refusal of a key that the server does not have. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { Services } from '../services.js'

/** Longest part of a received key id or cloud name that an error text repeats. */
const MAX_ECHO_LENGTH = 64

/**
 * Creates the error for an unknown key. In `dev` it also names the address of this server, since the usual cause is an app that uploads to
 * another `countersign dev` than its own.
 *
 * @param options.text The protocol's own words. @default `Unknown API key <id>`
 */
export function unknownKey(
  services: Pick<Services, 'config' | 'publicUrl'>,
  keyId: string,
  options: { readonly text?: string } = {},
): MediaError {
  const id = keyId.slice(0, MAX_ECHO_LENGTH)
  const text = options.text ?? `Unknown API key ${id}`
  return new MediaError('API_KEY_UNKNOWN', {
    message:
      services.config.mode === 'dev'
        ? `${text} (dev: this server does not know key ${id}; ${otherServer(services)})`
        : text,
  })
}

/** Creates the error for an unsigned upload to a cloud that the server does not have. In `dev` it explains as {@link unknownKey} does. */
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
