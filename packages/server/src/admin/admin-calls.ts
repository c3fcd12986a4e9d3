/** Authenticates Admin API calls with a body, and reads the body as a form or as JSON. @module */

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { authenticateAdmin } from '../access/authenticate-admin.js'
import type { Fields } from '../http/form/fields.js'
import { openForm } from '../http/form/read-form.js'
import type { Services } from '../services.js'

/**
 * Authenticates a call and reads its body.
 * @throws MediaError as `authenticateAdmin` throws, before the body is read; BODY_INVALID; BODY_TOO_LARGE.
 */
export type ReadAdminCall = (request: FastifyRequest, cloud: string) => Promise<Fields>

/** Registers calls in a scope in which the framework does not read bodies, because the SDKs send forms even with DELETE. */
export function registerAdminCalls(
  app: FastifyInstance,
  services: Services,
  register: (scope: FastifyInstance, read: ReadAdminCall) => void,
): void {
  async function read(request: FastifyRequest, cloud: string): Promise<Fields> {
    authenticateAdmin(request.services, cloud, request.headers.authorization)
    const form = openForm(request.raw, new URLSearchParams(), { limits: services.config })
    await form.read(async () => {})
    return form.fields
  }
  app.register(async (scope) => {
    register(scope, read)
  })
}
