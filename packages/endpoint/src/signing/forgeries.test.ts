import { v2 as cloudinary } from 'cloudinary'
import { expect, it } from 'vitest'
import { demoHandler, NOW_SECONDS, SECRET, signBody, signRequest } from '../../test/demo-handler.js'
import { notification, notifyRequest, STORED, WEBHOOK_SECRET } from '../../test/notify.js'

const utils = cloudinary.utils as unknown as {
  api_sign_request(params: object, secret: string, algorithm: string, version: number): string
}

// Signatures of the official SDK for calls that are not uploads. A route that signs any parameters would give these away.
const CALLS: readonly (readonly [string, Record<string, unknown>])[] = [
  ['destroy', { public_id: 'victim', timestamp: NOW_SECONDS }],
  ['rename', { from_public_id: 'victim', to_public_id: 'mine', timestamp: NOW_SECONDS }],
  ['tags', { command: 'remove_all', public_ids: 'victim', timestamp: NOW_SECONDS }],
  [
    'download',
    { public_id: 'victim', format: 'jpg', expires_at: 1_900_000_000, timestamp: NOW_SECONDS },
  ],
  ['a chosen URL', { notification_url: 'https://evil.example', timestamp: NOW_SECONDS }],
  ['a stronger preset', { upload_preset: 'admin', timestamp: NOW_SECONDS }],
]

it.each(CALLS)('never returns the signature of %s', async (_, params) => {
  const wanted = ['sha1', 'sha256'].flatMap((algorithm) =>
    [1, 2].map((version) => utils.api_sign_request({ ...params }, SECRET, algorithm, version)),
  )
  for (const target of ['countersign', 'cloudinary'] as const) {
    for (const beside of [{}, { accept: 'params' }]) {
      const body = JSON.stringify({ paramsToSign: params, ...beside })
      const response = await demoHandler({ target }).POST(signRequest(body))
      const text = await response.text()
      expect(response.status).toBeGreaterThanOrEqual(400)
      expect(wanted.filter((signature) => text.includes(signature))).toEqual([])
    }
  }
})

it('refuses a webhook body as a parameter name, and a webhook signed with the signing key', async () => {
  const body = JSON.stringify({ ...STORED, note: 'a=b' })
  const [name = '', value = ''] = body.split('=')
  const asked = { paramsToSign: { [name]: `${value}${NOW_SECONDS}` } }
  const handler = demoHandler({
    onUploaded: () => expect.unreachable(),
    webhookSecret: WEBHOOK_SECRET,
  })
  expect((await handler.POST(signRequest(JSON.stringify(asked)))).status).toBe(422)
  const forged = notification({ secret: SECRET })
  expect((await handler.POST(notifyRequest(forged))).status).toBe(401)
})

it('refuses an upload signature as the signature of a notification', async () => {
  const handler = demoHandler({
    onUploaded: () => expect.unreachable(),
    webhookSecret: WEBHOOK_SECRET,
  })
  const { signature } = await (await handler.POST(signRequest(signBody()))).json()
  const sent = notification()
  sent.headers['webhook-signature'] = `v1,${btoa(signature)}`
  expect((await handler.POST(notifyRequest(sent))).status).toBe(401)
})
