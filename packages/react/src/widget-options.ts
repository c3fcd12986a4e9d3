/** The options of a component's widget: props first, then what the page was built with. @module */

import type { UploadWidgetInput } from '@countersign/widget'
import type { BuiltInConfig } from './config.js'
import { getUploadWidgetOptions } from './get-upload-widget-options.js'
import type { CldUploadWidgetConfig, CloudinaryUploadWidgetOptions } from './upload-widget-types.js'

/** The props that make options. */
export interface OptionProps {
  /** Cloud and key; wins over the environment, and may be missing where the endpoint answers them. */
  readonly config?: CldUploadWidgetConfig | undefined
  /** Fetch used for signing, for example with headers of the app's own. @default globalThis.fetch */
  readonly fetcher?: typeof fetch | undefined
  /** Options of the widget. A change reaches the living widget. */
  readonly options?: CloudinaryUploadWidgetOptions | undefined
  /** Address of the signing endpoint, for example `/api/sign-cloudinary-params`. */
  readonly signatureEndpoint?: string | URL | Request | undefined
  /** The endpoint's preset; without an endpoint, an unsigned preset of the server. @default NEXT_PUBLIC_CLOUDINARY_UPLOAD_PRESET */
  readonly uploadPreset?: string | undefined
}

/**
 * Options for the widget. What a signing endpoint can answer (cloud, key, address) may be missing.
 * @throws Error what {@link getUploadWidgetOptions} throws, where there is no `signatureEndpoint`.
 */
export function widgetOptions(props: OptionProps, builtIn: BuiltInConfig): UploadWidgetInput {
  // The compatible type is loose, so the widget checks the options at run time.
  const given = definedOnly((props.options ?? {}) as UploadWidgetInput)
  const cloud = {
    cloudName: props.config?.cloud?.cloudName ?? builtIn.cloudName,
    apiKey: props.config?.cloud?.apiKey ?? builtIn.apiKey,
  }
  // A page's own uploadSignature stands before signatureEndpoint.
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
