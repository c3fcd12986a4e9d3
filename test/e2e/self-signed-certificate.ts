/** Creates a certificate for a TLS server that only a test's browser uses. @module */

import { generateKeyPairSync, sign } from 'node:crypto'

/** Key and certificate in the form that `node:https` expects. */
export interface Certificate {
  /** PEM */
  readonly key: string
  /** PEM */
  readonly cert: string
}

const SEQUENCE = 0x30
const SET = 0x31
const INTEGER = 0x02
const BIT_STRING = 0x03
const OBJECT_ID = 0x06
const UTF8_STRING = 0x0c
const UTC_TIME = 0x17

// ecdsa-with-SHA256 (1.2.840.10045.4.3.2) and commonName (2.5.4.3), encoded.
const ECDSA_WITH_SHA256 = Buffer.from('2a8648ce3d040302', 'hex')
const COMMON_NAME = Buffer.from('550403', 'hex')

/**
 * Creates a certificate for one hour, with a new P-256 key. It names no host, because the browser does not check it.
 *
 * @param commonName Name in the certificate.
 * @see RFC 5280 4.1: version 1, which has no extensions.
 */
export function createSelfSignedCertificate(commonName: string): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = encode(SEQUENCE, encode(OBJECT_ID, ECDSA_WITH_SHA256))
  const attribute = encode(
    SEQUENCE,
    encode(OBJECT_ID, COMMON_NAME),
    encode(UTF8_STRING, Buffer.from(commonName)),
  )
  const name = encode(SEQUENCE, encode(SET, attribute))
  const now = Date.now()
  const toBeSigned = encode(
    SEQUENCE,
    encode(INTEGER, Buffer.from([1])),
    algorithm,
    name,
    encode(SEQUENCE, encodeTime(now - 60_000), encodeTime(now + 3_600_000)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  )
  const signature = sign('sha256', toBeSigned, privateKey)
  // The first byte of a bit string counts the unused bits of the last one.
  const bits = encode(BIT_STRING, Buffer.from([0]), signature)
  const certificate = encode(SEQUENCE, toBeSigned, algorithm, bits)
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? []
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
  }
}

function encodeTime(milliseconds: number): Buffer {
  const text = new Date(milliseconds).toISOString().replace(/[-:T]/g, '').slice(2, 14)
  return encode(UTC_TIME, Buffer.from(`${text}Z`))
}

function encode(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([tag]), encodeLength(content.length), content])
}

function encodeLength(length: number): Buffer {
  if (length < 128) return Buffer.from([length])
  if (length < 256) return Buffer.from([0x81, length])
  return Buffer.from([0x82, length >> 8, length & 0xff])
}
