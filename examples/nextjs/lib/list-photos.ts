/** Lists the photos of a user with the media server's Admin API. @module */

import type { User } from './users'

/** A stored picture. */
export interface Photo {
  readonly publicId: string
  readonly secureUrl: string
  /** Pixels. */
  readonly width: number
  /** Pixels. */
  readonly height: number
  readonly bytes: number
  /** Upper case, such as `JPG`. */
  readonly format: string
}

/** The pictures, newest first, or the reason why they cannot be shown. */
export type ListedPhotos =
  | { readonly ok: true; readonly photos: readonly Photo[] }
  | {
      readonly ok: false
      readonly reason: 'not-set-up' | 'unreachable' | 'refused'
      readonly detail: string
    }

/** Maximum number of pictures on the page. */
export const MAX_PHOTOS = 30

/** Lists a user's folder. Runs on the server, so the key never reaches a page. */
export async function listPhotos(user: User): Promise<ListedPhotos> {
  const server = process.env.NEXT_PUBLIC_COUNTERSIGN_URL
  const cloudName = process.env.NEXT_PUBLIC_CLOUDINARY_CLOUD_NAME
  const { COUNTERSIGN_ADMIN_KEY: key, COUNTERSIGN_ADMIN_SECRET: secret } = process.env
  if (!server || !cloudName || !key || !secret) {
    return { ok: false, reason: 'not-set-up', detail: 'examples/nextjs/.env.local' }
  }
  const query = new URLSearchParams({
    prefix: `users/${user.id}/`,
    max_results: String(MAX_PHOTOS),
  })
  try {
    const response = await fetch(`${server}/v1_1/${cloudName}/resources/image/upload?${query}`, {
      headers: { authorization: `Basic ${btoa(`${key}:${secret}`)}` },
      cache: 'no-store',
      signal: AbortSignal.timeout(10_000),
    })
    if (!response.ok) return { ok: false, reason: 'refused', detail: await reasonOf(response) }
    const { resources } = (await response.json()) as { resources: readonly Resource[] }
    return { ok: true, photos: resources.toSorted(newestFirst).map(toPhoto) }
  } catch {
    return { ok: false, reason: 'unreachable', detail: server }
  }
}

interface Resource {
  readonly public_id: string
  readonly secure_url: string
  readonly width: number
  readonly height: number
  readonly bytes: number
  readonly format: string
  /** ISO 8601. */
  readonly created_at: string
}

function newestFirst(a: Resource, b: Resource): number {
  return Date.parse(b.created_at) - Date.parse(a.created_at)
}

function toPhoto(resource: Resource): Photo {
  return {
    publicId: resource.public_id,
    secureUrl: resource.secure_url,
    width: resource.width,
    height: resource.height,
    bytes: resource.bytes,
    format: resource.format.toUpperCase(),
  }
}

async function reasonOf(response: Response): Promise<string> {
  const answer = (await response.json().catch(() => null)) as {
    error?: { message?: string }
  } | null
  return `${response.status} ${answer?.error?.message ?? response.statusText}`
}
