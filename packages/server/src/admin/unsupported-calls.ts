/** Refuses calls of the Admin API that the protocol has and this server does not implement. The error names the call. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { FastifyInstance } from 'fastify'
import { authenticateAdmin } from '../access/authenticate-admin.js'
import type { Services } from '../services.js'

/** One call, or all calls below a path. */
interface UnsupportedCall {
  /** Name in the answer `<name> is not supported`. */
  readonly name: string
  readonly methods: readonly ('GET' | 'POST' | 'PUT' | 'DELETE')[]
  /** Part of the path after the cloud name. */
  readonly path: RegExp
}

const ANY = ['GET', 'POST', 'PUT', 'DELETE'] as const

/** Unsupported calls by the first segment of their path. An upload's path has none of these segments, so it is compared with no pattern. */
const UNSUPPORTED_CALLS: ReadonlyMap<string, readonly UnsupportedCall[]> = new Map<
  string,
  readonly UnsupportedCall[]
>([
  [
    'resources',
    [
      { name: 'search', methods: ['GET', 'POST'], path: /^resources\/search$/ },
      { name: 'visual_search', methods: ['GET', 'POST'], path: /^resources\/visual_search$/ },
      { name: 'by_asset_folder', methods: ['GET'], path: /^resources\/by_asset_folder$/ },
      { name: 'by_asset_ids', methods: ['GET'], path: /^resources\/by_asset_ids$/ },
      { name: 'resources by context', methods: ['GET'], path: /^resources\/\w+\/context$/ },
      {
        name: 'resources by moderation',
        methods: ['GET'],
        path: /^resources\/(image|video|raw)\/moderations\/[^/]+\/[^/]+$/,
      },
      { name: 'related_assets', methods: ['POST', 'DELETE'], path: /^resources\/related_assets\// },
      {
        name: 'restore',
        methods: ['POST'],
        path: /^resources\/(restore|(image|video|raw)\/[^/]+\/restore)$/,
      },
      { name: 'publish_resources', methods: ['POST'], path: /^resources\/\w+\/publish_resources$/ },
      {
        name: 'update_access_mode',
        methods: ['POST'],
        path: /^resources\/\w+\/[^/]+\/update_access_mode$/,
      },
      { name: 'update by asset_id', methods: ['PUT'], path: /^resources\/[^/]+$/ },
      { name: 'delete of resources', methods: ['DELETE'], path: /^resources(\/(?!backup\/)|$)/ },
    ],
  ],
  ...(
    [
      ['derived_resources', ['DELETE']],
      ['folders', ANY],
      ['transformations', ANY],
      ['upload_mappings', ANY],
      ['streaming_profiles', ANY],
      ['metadata_rules', ANY],
      ['triggers', ANY],
      ['usage', ['GET']],
      ['config', ['GET']],
      ['analysis', ANY],
      ['provisioning', ANY],
    ] as const
  ).map(([name, methods]) => [name, [{ name, methods, path: /^/ }]] as const),
])

/** Matches a cloud name and the rest of the path. */
const API_PATH = /^\/v1_1\/([^/?]*)\/([^?]*)/

/** Refuses unsupported calls before routing, because some of them would match a route with another meaning. */
export function refuseUnsupportedCalls(app: FastifyInstance, services: Services): void {
  app.addHook('onRequest', async (request) => {
    const [, cloud = '', path = ''] = API_PATH.exec(request.raw.url ?? '') ?? []
    const calls = UNSUPPORTED_CALLS.get(path.split('/', 1)[0] ?? '')
    const call = calls?.find((one) => isOf(one.methods, request.method) && one.path.test(path))
    if (!call) return
    // Callers without access learn nothing about the API.
    authenticateAdmin(services, cloud, request.headers.authorization)
    throw new MediaError('ACTION_UNSUPPORTED', { message: `${call.name} is not supported` })
  })
}

function isOf(methods: readonly string[], method: string): boolean {
  return methods.includes(method)
}
