/** Reads environment variables. No other file of this package reads the environment. @module */

// Bundlers insert the values. Without a bundler, `process` may not exist.
declare const process: {
  readonly env: {
    readonly NEXT_PUBLIC_CLOUDINARY_CLOUD_NAME?: string
    readonly NEXT_PUBLIC_CLOUDINARY_API_KEY?: string
    readonly NEXT_PUBLIC_CLOUDINARY_UPLOAD_PRESET?: string
    readonly NEXT_PUBLIC_COUNTERSIGN_URL?: string
  }
}

/** Configuration that the page's build inserted from environment variables. Unset and empty variables are `undefined`. */
export interface BuiltInConfig {
  readonly cloudName: string | undefined
  readonly apiKey: string | undefined
  readonly uploadPreset: string | undefined
  /** Address of the media server. */
  readonly serverUrl: string | undefined
}

/** Reads the built-in configuration. Each variable is written out, because Next copies only `process.env.NAME` into a bundle. */
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
