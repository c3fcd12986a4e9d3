/** Where uploads go: one order of preference. @module */

import { createConfigFailure } from '../failures/failure.js'

/** Everything that may name the upload server, strongest first. */
export interface AddressSources {
  /** Option: full address, `https://host/v1_1/<cloud>`. */
  readonly uploadUrl?: string | undefined
  /** Option: `https://host`. */
  readonly uploadPrefix?: string | undefined
  /** The signing endpoint's answer: `https://host/v1_1/<cloud>`. */
  readonly answeredUrl?: string | undefined
  /** `NEXT_PUBLIC_COUNTERSIGN_URL`: `https://host`. */
  readonly serverUrl?: string | undefined
  /** What our server wrote into the script it serves: `https://host`. */
  readonly scriptUrl?: string | undefined
  readonly cloudName?: string | undefined
}

/** The address, and whether it is nobody's choice but the protocol's default host. */
export interface ServerAddress {
  /** `https://host/v1_1/<cloud>`, no slash at the end. */
  readonly url: string
  readonly isDefaultHost: boolean
}

const DEFAULT_HOST = 'https://api.cloudinary.com'

/**
 * The upload address of a cloud.
 *
 * @throws MediaError CONFIG_INVALID when no source names an address that may be used.
 */
export function resolveServerAddress(sources: AddressSources): ServerAddress {
  const { uploadUrl, uploadPrefix, answeredUrl, serverUrl, scriptUrl } = sources
  if (uploadUrl) return named(uploadUrl)
  if (uploadPrefix) return named(`${uploadPrefix}/v1_1/${cloudOf(sources)}`)
  if (answeredUrl) return named(answeredUrl)
  const prefix = serverUrl || scriptUrl
  if (prefix) return named(`${prefix}/v1_1/${cloudOf(sources)}`)
  const cloud = cloudOf(sources)
  // `countersign dev` names its clouds dev-…: such a photo must never reach a stranger's account.
  if (cloud.startsWith('dev-'))
    throw createConfigFailure(
      `No address to upload to for ${cloud}. Set NEXT_PUBLIC_COUNTERSIGN_URL or the option uploadPrefix.`,
    )
  return { url: `${DEFAULT_HOST}/v1_1/${cloud}`, isDefaultHost: true }
}

function cloudOf({ cloudName }: AddressSources): string {
  if (!cloudName)
    throw createConfigFailure('No cloud name. Set cloudName, or let the endpoint answer it.')
  return encodeURIComponent(cloudName)
}

function named(address: string): ServerAddress {
  const [, scheme, rest = ''] = /^(https?:\/\/|\/(?!\/))(.*)$/.exec(address) ?? []
  if (scheme === undefined)
    throw createConfigFailure(
      `The upload address ${address} is not an http address. Check uploadUrl and uploadPrefix.`,
    )
  return { url: (scheme + rest.replace(/\/{2,}/g, '/')).replace(/\/$/, ''), isDefaultHost: false }
}
