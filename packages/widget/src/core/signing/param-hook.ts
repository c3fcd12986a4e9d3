/** Calls the page's `prepareUploadParams` before an upload. A separate chunk. @module */

import { answerOf, type ParamHook } from './app-hooks.js'
import { paramText } from './upload-params.js'

/** Parameters of an upload after the hook. */
export interface HookedParams {
  /** True if the hook answered `{ cancel: true }`. */
  readonly isCancelled: boolean
  readonly paramsToSign: Readonly<Record<string, string | number>>
  /** Signature, if the hook signed the upload itself. */
  readonly signature: string | undefined
  readonly apiKey: string | undefined
  readonly resourceType: string | undefined
}

const OUTSIDE_NAMES = new Set(['signature', 'api_key', 'resource_type', 'cloud_name', 'file'])

/**
 * Calls the hook and merges its answer into the parameters. Without a signature from the hook, the endpoint still checks and signs them.
 *
 * @throws The errors of {@link answerOf}.
 */
export async function askParamHook(
  hook: ParamHook,
  params: Readonly<Record<string, string | number>>,
  signal: AbortSignal,
): Promise<HookedParams> {
  const answer = await answerOf((callback) => hook(callback as never, { ...params }), signal)
  const reply = (Array.isArray(answer) ? answer[0] : answer) as Record<string, unknown> | null
  const chosen = new Map(
    Object.entries(reply ?? {}).map(([name, value]) => [wireName(name), value]),
  )
  const merged = new Map<string, string | number>(Object.entries(params))
  for (const [name, value] of chosen) {
    if (OUTSIDE_NAMES.has(name)) continue
    const text = paramText(name, value)
    if (text === '') merged.delete(name)
    else merged.set(name, name === 'timestamp' ? Number(text) : text)
  }
  return {
    isCancelled: chosen.get('cancel') === true,
    paramsToSign: Object.fromEntries(merged),
    signature: optionalText(chosen.get('signature')),
    apiKey: optionalText(chosen.get('api_key')),
    resourceType: optionalText(chosen.get('resource_type')),
  }
}

function wireName(name: string): string {
  if (name === 'uploadSignatureTimestamp') return 'timestamp'
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function optionalText(value: unknown): string | undefined {
  return value ? String(value) : undefined
}
