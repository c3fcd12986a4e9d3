/** Addresses that tell of one upload by its nonce. @module */

/** One upload at its server. */
export interface UploadAddress {
  /** `https://host/v1_1/<cloud>` */
  readonly uploadUrl: string
  /** 32 lower-case hex digits. */
  readonly nonce: string
  /** The `user_tag` that was signed, if any: the server tells nothing of an upload with another tag. */
  readonly userTag: string | null | undefined
}

/** Returns the address of what has arrived of an upload, or of the app's answer to it. */
export function nonceUrl(
  kind: 'upload_sessions' | 'completions',
  { uploadUrl, nonce, userTag }: UploadAddress,
): string {
  const query = userTag ? `?user_tag=${userTag}` : ''
  return `${uploadUrl}/${kind}/${nonce}${query}`
}
