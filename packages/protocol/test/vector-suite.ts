/** Checks every published vector, on any runtime. @module */

import { createAuthToken, signDelivery, verifyDelivery } from '../src/delivery/index.js'
import type { WireParams } from '../src/params.js'
import {
  apiSignRequest,
  type DigestAlgorithm,
  type SignatureVersion,
  signNotification,
  signResponse,
  stringToSign,
  verifyNotification,
  verifyResponse,
} from '../src/signature/index.js'

/** One published vector. Its members depend on the kind. */
export interface Vector {
  readonly id: string
  readonly kind: string
  readonly secret: string
  readonly note?: string
  readonly input: Readonly<Record<string, unknown>>
  readonly options: Readonly<Record<string, unknown>>
  readonly expected: unknown
}

/** Result of checking a vector. */
export interface VectorOutcome {
  readonly title: string
  readonly actual: unknown
  readonly expected: unknown
}

type Check = (vector: Vector) => Omit<VectorOutcome, 'title'> & { readonly missing?: string }

/**
 * Two vectors record the SDK's locale-aware order, which differs from the documented order, with names that no action has.
 * Our order is by code unit, so their signature is computed again from their own string.
 */
const LOCALE_ORDER_IDS: ReadonlySet<string> = new Set(['api_signature-078', 'api_signature-079'])

/** Computes a vector's value with our code. */
export function checkVector(vector: Vector): VectorOutcome {
  const check = CHECKS[vector.kind]
  if (!check)
    return {
      title: `${vector.id}: unknown kind`,
      actual: vector.kind,
      expected: 'a kind that is checked',
    }
  const { missing, ...outcome } = check(vector)
  const note = vector.note ? ` (${vector.note})` : ''
  return { title: `${vector.id}${note}${missing ? `; still missing: ${missing}` : ''}`, ...outcome }
}

const CHECKS: Readonly<Record<string, Check>> = {
  api_signature: (vector) => {
    const options = signOptions(vector)
    const expected = record(vector.expected)
    const text = LOCALE_ORDER_IDS.has(vector.id)
      ? String(expected.string_to_sign)
      : stringToSign(vector.input as WireParams, options)
    return {
      actual: {
        string_to_sign: text,
        signature: LOCALE_ORDER_IDS.has(vector.id)
          ? signText(text, vector.secret, options.algorithm)
          : apiSignRequest(vector.input as WireParams, vector.secret, options),
      },
      expected,
    }
  },

  sign_request: (vector) => ({
    ...resign(vector),
    missing: 'a sign_request that drops blank list items itself',
  }),

  upload_params: (vector) => ({
    ...resign(vector),
    missing: 'the builder that turns SDK options into upload params',
  }),

  response_signature: (vector) => {
    const options = { ...responseOf(vector), algorithm: algorithm(vector) }
    const signature = signResponse(options)
    const { public_id, version } = vector.input
    const text = stringToSign({ public_id, version } as WireParams, { version: 1 })
    return {
      actual: {
        string_to_sign: text,
        signature,
        verified: verifyResponse({ ...options, signature }),
      },
      expected: { ...record(vector.expected), verified: { ok: true } },
    }
  },

  preloaded_reference: (vector) => {
    const { resource_type, version, public_id, format } = vector.input
    const reference = `${resource_type}/upload/v${version}/${public_id}.${format}`
    return {
      actual: `${reference}#${signResponse(responseOf(vector))}`,
      expected: vector.expected,
      missing: 'reading such a reference as an upload',
    }
  },

  webhook_signature: (vector) => ({
    actual: {
      signature: signNotification({ ...notificationOf(vector), algorithm: algorithm(vector) }),
    },
    expected: vector.expected,
  }),

  webhook_verify: (vector) => {
    const { signature, now, valid_for } = vector.input
    const verified = verifyNotification({
      ...notificationOf(vector),
      signature: String(signature),
      nowSeconds: Number(now),
      maxAgeSeconds: Number(valid_for),
    })
    return { actual: { valid: verified.ok }, expected: vector.expected }
  },

  delivery_url: (vector) => {
    const { url, signature, string_to_sign: path } = record(vector.expected)
    const { signature_algorithm, long_url_signature } = vector.options
    const isLong = long_url_signature === true
    const signed = signDelivery({
      path: String(path),
      secret: vector.secret,
      algorithm: (signature_algorithm ?? 'sha1') as DigestAlgorithm,
      isLong,
    })
    const verified = verifyDelivery({
      signature: String(signature),
      path: String(path),
      secrets: ['another', vector.secret],
    })
    return {
      actual: { signature: signed, isInUrl: String(url).includes(`/s--${signed}--/`), verified },
      expected: { signature, isInUrl: true, verified: { ok: true } },
      missing: 'building the URL itself',
    }
  },

  auth_token: (vector) => {
    const { acl, url, ip, token_name } = vector.input
    return {
      actual: {
        token: createAuthToken({
          key: vector.secret,
          ...(acl ? { acl: acl as string | string[] } : {}),
          ...(url ? { url: String(url) } : {}),
          ...(ip ? { ip: String(ip) } : {}),
          ...(token_name ? { tokenName: String(token_name) } : {}),
          ...lifeOf(vector.input),
        }),
      },
      expected: vector.expected,
    }
  },

  auth_token_url: (vector) => {
    const url = String(record(vector.expected).url)
    const [address = '', token] = url.split('?')
    return {
      actual: createAuthToken({
        key: vector.secret,
        url: address.replace(/^https:\/\/[^/]+/, ''),
        ...lifeOf(vector.options),
      }),
      expected: token,
      missing: 'building the URL itself',
    }
  },

  private_download_url: signedAddress('the download URL'),
  archive_download_url: signedAddress('the archive URL'),
  folder_download_url: signedAddress('the folder archive URL'),
  backup_download_url: signedAddress('the backup URL'),

  search_url: (vector) => {
    const [, signature, ttl, query] =
      /\/search\/([^/]+)\/([^/]+)\/([^/]+)/.exec(String(record(vector.expected).url)) ?? []
    return {
      actual: signText(`${ttl}${query}`, vector.secret, 'sha256'),
      expected: signature,
      missing: 'the cached search URL',
    }
  },
}

/** Signs the query of an address again, without `signature` and `api_key`. */
function signedAddress(missing: string): Check {
  return (vector) => {
    const { searchParams } = new URL(String(record(vector.expected).url))
    const params: Record<string, string | string[]> = {}
    for (const name of new Set(searchParams.keys())) {
      if (name === 'signature' || name === 'api_key') continue
      params[name.replace('[]', '')] = name.endsWith('[]')
        ? searchParams.getAll(name)
        : String(searchParams.get(name))
    }
    return {
      actual: apiSignRequest(params, vector.secret),
      expected: searchParams.get('signature'),
      missing,
    }
  }
}

/** Signs expected parameters again, without `signature` and `api_key`. */
function resign(vector: Vector): ReturnType<Check> {
  const { signature, api_key: _, ...params } = record(vector.expected)
  return {
    actual: apiSignRequest(params as WireParams, vector.secret, signOptions(vector)),
    expected: signature,
  }
}

/**
 * Returns a digest of text and secret. Uses the notification signature, because its text is free.
 */
function signText(text: string, secret: string, hash: DigestAlgorithm): string {
  return signNotification({ body: text, timestamp: '', secret, algorithm: hash })
}

function signOptions(vector: Vector): { algorithm: DigestAlgorithm; version: SignatureVersion } {
  return {
    algorithm: algorithm(vector),
    version: (vector.options.signature_version ?? 2) as SignatureVersion,
  }
}

function algorithm(vector: Vector): DigestAlgorithm {
  return (vector.options.algorithm ?? 'sha1') as DigestAlgorithm
}

function responseOf(vector: Vector): { publicId: string; version: number; secret: string } {
  const { public_id, version } = vector.input
  return { publicId: String(public_id), version: Number(version), secret: vector.secret }
}

function notificationOf(vector: Vector): { body: string; timestamp: number; secret: string } {
  const { body, timestamp } = vector.input
  return { body: String(body), timestamp: Number(timestamp), secret: vector.secret }
}

function lifeOf(source: Readonly<Record<string, unknown>>): Record<string, number> {
  const life: Record<string, number> = {}
  if (source.start_time !== undefined) life.startsAtSeconds = Number(source.start_time)
  if (source.expiration !== undefined) life.expiresAtSeconds = Number(source.expiration)
  if (source.duration !== undefined) life.durationSeconds = Number(source.duration)
  return life
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return value as Readonly<Record<string, unknown>>
}
