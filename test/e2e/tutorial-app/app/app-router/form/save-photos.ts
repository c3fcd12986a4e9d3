'use server'

import { v2 as cloudinary } from 'cloudinary'
import { redirect } from 'next/navigation'

const FIELD = /^image\/upload\/v(\d+)\/(.+?)(?:\.[a-z0-9]+)?#([0-9a-f]+)$/

/** What the form posts, each photo checked: a browser may post anything. */
export async function savePhotos(form: FormData): Promise<void> {
  cloudinary.config({ api_secret: process.env.CLOUDINARY_API_SECRET })
  const photos = form.getAll('photos').map(String)
  const ours = photos.map((photo) => {
    const [, version = '', publicId = '', signature = ''] = FIELD.exec(photo) ?? []
    const isOurs = cloudinary.utils.verify_api_response_signature(publicId, version, signature)
    return isOurs ? publicId : 'forged'
  })
  redirect(`/app-router/form?saved=${encodeURIComponent(ours.join())}`)
}
