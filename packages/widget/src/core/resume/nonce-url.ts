/** Builds addresses for reading one upload by its nonce. @module */

/** Identifies an upload on its server. */
export interface UploadAddress {
  /** `https://host/v1_1/<cloud>` */
  readonly uploadUrl: string
  /** 32 lower-case hex digits. */
  readonly nonce: string
  /** Signed `user_tag`, if any. The server does not find an upload with another tag. */
  readonly userTag: string | null | undefined
}

/** Returns the address of an upload's received bytes, or of the app's result for it. */
export function nonceUrl(
  kind: 'upload_sessions' | 'completions',
  { uploadUrl, nonce, userTag }: UploadAddress,
): string {
  const query = userTag ? `?user_tag=${userTag}` : ''
  return `${uploadUrl}/${kind}/${nonce}${query}`
}
