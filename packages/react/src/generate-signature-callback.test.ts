import * as theirs from '@cloudinary-util/url-loader'
import { describe, expect, it } from 'vitest'
import { generateSignatureCallback } from './generate-signature-callback.js'
import { UPLOAD_WIDGET_EVENTS } from './upload-widget-events.js'

const params = { timestamp: 1_700_000_000, source: 'uw' }

function ask(
  answer: () => Response,
): Promise<{ signature: string | null; error: unknown; sent: RequestInit | undefined }> {
  let sent: RequestInit | undefined
  const fetcher: typeof fetch = async (_, init) => {
    sent = init
    return answer()
  }
  return new Promise((resolve) => {
    const sign = generateSignatureCallback({ signatureEndpoint: '/api/sign', fetch: fetcher })
    sign((signature, error) => resolve({ signature, error, sent }), params)
  })
}

describe('generateSignatureCallback', () => {
  it('posts paramsToSign as JSON and passes the signature to the callback', async () => {
    const { signature, sent } = await ask(() => Response.json({ signature: 'abc' }))
    expect(signature).toBe('abc')
    expect(sent).toEqual({
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ paramsToSign: params }),
    })
  })

  it('passes null and the message of a refusal to the callback', async () => {
    const { signature, error } = await ask(() =>
      Response.json({ error: { message: 'Sign in first.' } }, { status: 401 }),
    )
    expect([signature, String(error)]).toEqual([null, 'Error: Sign in first.'])
  })

  it('passes null to the callback for a response that is not JSON', async () => {
    expect((await ask(() => new Response('<html>'))).signature).toBeNull()
  })

  it('throws immediately without an endpoint or fetch', () => {
    expect(() =>
      generateSignatureCallback({ signatureEndpoint: undefined, fetch })(() => undefined, params),
    ).toThrow(/signatureEndpoint/)
    expect(() =>
      generateSignatureCallback({ signatureEndpoint: '/s', fetch: undefined })(
        () => undefined,
        params,
      ),
    ).toThrow(/fetch/)
  })
})

describe('UPLOAD_WIDGET_EVENTS', () => {
  it('equals the published table', () => {
    expect(UPLOAD_WIDGET_EVENTS).toEqual(theirs.UPLOAD_WIDGET_EVENTS)
  })
})
