/** The only file of this package that reads the environment. @module */

// Bundlers put the values in; elsewhere there may be no `process`.
declare const process: {
  readonly env: {
    readonly NEXT_PUBLIC_CLOUDINARY_CLOUD_NAME?: string
    readonly NEXT_PUBLIC_CLOUDINARY_API_KEY?: string
    readonly NEXT_PUBLIC_CLOUDINARY_UPLOAD_PRESET?: string
    readonly NEXT_PUBLIC_COUNTERSIGN_URL?: string
  }
}

/** What a page is built with. */
export interface BuiltInConfig {
  readonly cloudName: string | undefined
  readonly apiKey: string | undefined
  readonly uploadPreset: string | undefined
  /** Address of the media server. */
  readonly serverUrl: string | undefined
}

/** Read what the page was built with. Each variable is spelled out: Next copies only `process.env.NAME` into a bundle. */
export function readBuiltInConfig(): BuiltInConfig {
  return {
    cloudName: attempt(() => process.env.NEXT_PUBLIC_CLOUDINARY_CLOUD_NAME),
    apiKey: attempt(() => process.env.NEXT_PUBLIC_CLOUDINARY_API_KEY),
    uploadPreset: attempt(() => process.env.NEXT_PUBLIC_CLOUDINARY_UPLOAD_PRESET),
    serverUrl: attempt(() => process.env.NEXT_PUBLIC_COUNTERSIGN_URL),
  }
}

function attempt(read: () => string | undefined): string | undefined {
  try {
    return read() || undefined
  } catch {
    return undefined
  }
}
