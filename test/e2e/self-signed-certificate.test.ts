import { createSecureContext } from 'node:tls'
import { expect, it } from 'vitest'
import { createSelfSignedCertificate } from './self-signed-certificate.js'

it('makes a certificate that a TLS server takes, whatever its length', () => {
  // A signature has 70 to 72 bytes, a name as many as it likes.
  for (let length = 1; length <= 64; length += 1) {
    const certificate = createSelfSignedCertificate('x'.repeat(length))
    expect(() => createSecureContext(certificate)).not.toThrow()
  }
})
