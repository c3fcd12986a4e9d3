'use server'

import { verifyResponse } from '@countersign/protocol/signature'
import { redirect } from 'next/navigation'

const FIELD = /^image\/upload\/v(\d+)\/(.+?)(?:\.[a-z0-9]+)?#([0-9a-f]+)$/

/** What the form posts, each photo checked: a browser may post anything. */
export async function savePhotos(form: FormData): Promise<void> {
  const secret = process.env.CLOUDINARY_API_SECRET ?? ''
  const photos = form.getAll('photos').map(String)
  const ours = photos.map((photo) => {
    const [, version = '', publicId = '', signature = ''] = FIELD.exec(photo) ?? []
    const { ok } = verifyResponse({ publicId, version, signature, secret })
    return ok ? publicId : 'forged'
  })
  redirect(`/app-router/form?saved=${encodeURIComponent(ours.join())}`)
}
