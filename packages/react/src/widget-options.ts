/** Merges a component's props and the built-in configuration into the options of its widget. @module */

import type { UploadWidgetInput } from '@countersign/widget'
import type { BuiltInConfig } from './config.js'
import { getUploadWidgetOptions } from './get-upload-widget-options.js'
import type { CldUploadWidgetConfig, CloudinaryUploadWidgetOptions } from './upload-widget-types.js'

/** Props that set the options of the widget. */
export interface OptionProps {
  /** Cloud name and API key, which override the environment. Optional if the signing endpoint provides them. */
  readonly config?: CldUploadWidgetConfig | undefined
  /** Function that sends signing requests, for example with additional headers. @default globalThis.fetch */
  readonly fetcher?: typeof fetch | undefined
  /** Options of the widget. Changed options apply to the current widget. */
  readonly options?: CloudinaryUploadWidgetOptions | undefined
  /** Address of the signing endpoint, for example `/api/sign-cloudinary-params`. */
  readonly signatureEndpoint?: string | URL | Request | undefined
  /** Name of a preset of the signing endpoint. Without an endpoint, name of an unsigned preset of the server. @default NEXT_PUBLIC_CLOUDINARY_UPLOAD_PRESET */
  readonly uploadPreset?: string | undefined
}

/**
 * Merges props and built-in configuration into options of the widget. With a `signatureEndpoint`, the cloud name, API key and server address
 * are optional, because the endpoint provides them.
 * @throws Error of {@link getUploadWidgetOptions} if there is no `signatureEndpoint`.
 */
export function widgetOptions(props: OptionProps, builtIn: BuiltInConfig): UploadWidgetInput {
  // The compatible type is loose, so the widget checks the options at run time.
  const given = definedOnly((props.options ?? {}) as UploadWidgetInput)
  const cloud = {
    cloudName: props.config?.cloud?.cloudName ?? builtIn.cloudName,
    apiKey: props.config?.cloud?.apiKey ?? builtIn.apiKey,
  }
  // The page's own uploadSignature overrides signatureEndpoint.
  const endpoint = given.uploadSignature
    ? undefined
    : (given.signatureEndpoint ?? addressOf(props.signatureEndpoint))
  const options = definedOnly({
    uploadPreset: props.uploadPreset ?? builtIn.uploadPreset,
    serverUrl: builtIn.serverUrl,
    fetcher: props.fetcher,
    ...given,
    signatureEndpoint: endpoint,
  })
  return endpoint
    ? definedOnly({ ...cloud, ...options })
    : getUploadWidgetOptions(options, { cloud })
}

function addressOf(endpoint: string | URL | Request | undefined): string | undefined {
  if (endpoint === undefined || typeof endpoint === 'string') return endpoint || undefined
  return 'url' in endpoint ? endpoint.url : endpoint.href
}

function definedOnly(
  options: {
    readonly [Name in keyof UploadWidgetInput]: UploadWidgetInput[Name] | undefined
  },
): UploadWidgetInput {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as UploadWidgetInput
}
