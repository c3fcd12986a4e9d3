/** `/v1_1/<cloud>/countersign_app`: an app in development announces its signing route, and the doctor reads the announcement. Only in `dev`. @module */

import { MediaError } from '@countersign/protocol/errors'
import { type Limits, parseLimits } from '@countersign/protocol/limits'
import { apiSignRequest, timingSafeEqualText } from '@countersign/protocol/signature'
import type { FastifyInstance } from 'fastify'
import { authenticateAdmin } from '../access/authenticate-admin.js'
import { unknownKey } from '../access/unknown-key.js'
import type { Fields } from '../http/form/fields.js'
import { openForm } from '../http/form/read-form.js'
import type { Services } from '../services.js'
import { type AnnouncedApps, completionUrlOf, localAddress } from './announced-app.js'

/** Maximum seconds between the timestamp of an announcement and the server's clock. */
const MAX_AGE_SECONDS = 300

/**
 * Registers both calls. `GET` needs a key with the scope `manage`. `POST` takes `app_url`, `app_completes` (`true` or `false`), `app_limits`
 * (a JSON list of the limits of each preset), `timestamp`, `api_key`, and the SHA-256 `signature` of the first four by the secret of a key
 * of the cloud.
 */
export function registerAnnouncedApp(
  app: FastifyInstance,
  services: Services,
  apps: AnnouncedApps,
): void {
  app.get<{ Params: { cloud: string } }>('/v1_1/:cloud/countersign_app', async (request) => {
    authenticateAdmin(request.services, request.params.cloud, request.headers.authorization)
    const known = apps.current()
    return {
      completion_url: completionUrlOf(services),
      announced: known !== null && known.isGuess === undefined,
    }
  })
  app.register(async (scope) => {
    scope.post<{ Params: { cloud: string } }>(
      '/v1_1/:cloud/countersign_app',
      async (request, reply) => {
        const form = openForm(request.raw, new URLSearchParams(), { limits: services.config })
        await form.read(async () => {})
        assertSigned(services, { cloud: request.params.cloud, fields: form.fields })
        const url = localAddress(form.fields.text('app_url') ?? '')
        if (url === null) {
          throw new MediaError('PARAM_INVALID', {
            message: 'app_url must start with http:// or https://',
            details: { param: 'app_url' },
          })
        }
        const completes = form.fields.text('app_completes') === 'true'
        const limits = readLimits(form.fields.text('app_limits') ?? '[]')
        await apps.announce({ completionUrl: completes ? url : null, limits })
        return reply.code(204).send()
      },
    )
  })
}

const SIGNED = ['app_url', 'app_completes', 'app_limits', 'timestamp'] as const

/** Parses `app_limits`. @throws MediaError PARAM_INVALID if the text is not a JSON list of limits. */
function readLimits(text: string): readonly Limits[] {
  const parsed = parseList(text).map(parseLimits)
  return parsed.map((result) => {
    if (result.ok) return result.limits
    throw invalidLimits(result.reason)
  })
}

function parseList(text: string): readonly unknown[] {
  try {
    const list: unknown = JSON.parse(text)
    if (Array.isArray(list)) return list
  } catch {
    // Invalid JSON gets the same error as JSON that is not a list.
  }
  throw invalidLimits('it must be a JSON list of limits')
}

function invalidLimits(reason: string): MediaError {
  return new MediaError('PARAM_INVALID', {
    message: `app_limits: ${reason}`,
    details: { param: 'app_limits' },
  })
}

function assertSigned(
  services: Services,
  { cloud, fields }: { readonly cloud: string; readonly fields: Fields },
): void {
  const keyId = fields.text('api_key') ?? ''
  const key = services.keys.find(keyId)
  if (key?.cloud !== cloud) throw unknownKey(services, keyId)
  const params = Object.fromEntries(SIGNED.map((name) => [name, fields.text(name) ?? '']))
  const expected = apiSignRequest(params, key.secret, { algorithm: 'sha256' })
  const age = services.now() / 1000 - Number(params.timestamp)
  if (
    timingSafeEqualText(fields.text('signature') ?? '', expected) &&
    Math.abs(age) <= MAX_AGE_SECONDS
  ) {
    return
  }
  throw new MediaError('SIGNATURE_MISMATCH', {
    message: 'The announcement is not signed by the key, or is older than 5 minutes',
  })
}
