import { createSecureContext } from 'node:tls'
import { expect, it } from 'vitest'
import { createSelfSignedCertificate } from './self-signed-certificate.js'

it('creates a certificate of any length that a TLS server accepts', () => {
  // A signature has 70 to 72 bytes, and a name any length.
  for (let length = 1; length <= 64; length += 1) {
    const certificate = createSelfSignedCertificate('x'.repeat(length))
    expect(() => createSecureContext(certificate)).not.toThrow()
  }
})
