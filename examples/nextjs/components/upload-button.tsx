'use client'

import { CldUploadWidget } from '@countersign/react'
import { useRouter } from 'next/navigation'

/** The tutorial's button; each stored picture makes the page list them anew. */
export function UploadButton({ signatureEndpoint }: { readonly signatureEndpoint: string }) {
  const router = useRouter()
  return (
    <CldUploadWidget signatureEndpoint={signatureEndpoint} onSuccess={() => router.refresh()}>
      {({ open }) => (
        <button type="button" className="button primary" onClick={() => open()}>
          Upload an Image
        </button>
      )}
    </CldUploadWidget>
  )
}
