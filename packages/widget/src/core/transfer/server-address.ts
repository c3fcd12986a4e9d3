/** Chooses the address of the upload server. @module */

import { createConfigFailure } from '../failures/failure.js'

/** Sources of the upload server's address. The first one that is set wins. */
export interface AddressSources {
  /** Option with the full address: `https://host/v1_1/<cloud>`. */
  readonly uploadUrl?: string | undefined
  /** Option with the host: `https://host`. */
  readonly uploadPrefix?: string | undefined
  /** Address from the signing endpoint's answer: `https://host/v1_1/<cloud>`. */
  readonly answeredUrl?: string | undefined
  /** Host from `NEXT_PUBLIC_COUNTERSIGN_URL`: `https://host`. */
  readonly serverUrl?: string | undefined
  /** Host that our server writes into the script it serves: `https://host`. */
  readonly scriptUrl?: string | undefined
  /** Name of the cloud. Required with every source that gives only a host. */
  readonly cloudName?: string | undefined
}

/** Address of the upload server. */
export interface ServerAddress {
  /** `https://host/v1_1/<cloud>`, without a slash at the end. */
  readonly url: string
  /** True if no source is set, so that the protocol's default host is used. */
  readonly isDefaultHost: boolean
}

const DEFAULT_HOST = 'https://api.cloudinary.com'

/**
 * Returns the upload address of a cloud.
 *
 * @throws MediaError CONFIG_INVALID if no source gives a usable address.
 */
export function resolveServerAddress(sources: AddressSources): ServerAddress {
  const { uploadUrl, uploadPrefix, answeredUrl, serverUrl, scriptUrl } = sources
  if (uploadUrl) return named(uploadUrl)
  if (uploadPrefix) return named(`${uploadPrefix}/v1_1/${cloudOf(sources)}`)
  if (answeredUrl) return named(answeredUrl)
  const prefix = serverUrl || scriptUrl
  if (prefix) return named(`${prefix}/v1_1/${cloudOf(sources)}`)
  const cloud = cloudOf(sources)
  // `countersign dev` names its clouds dev-…. Their photos must never go to another account at the default host.
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
