'use client'

import { CldUploadWidget } from '@countersign/react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import type { Recorded } from '../lib/uploads'

/** The tutorial's upload button. Reloads the list of photos after each upload. */
export function UploadButton({ signatureEndpoint }: { readonly signatureEndpoint: string }) {
  const router = useRouter()
  const [heard, setHeard] = useState<Recorded | null>(null)
  return (
    <>
      <CldUploadWidget
        signatureEndpoint={signatureEndpoint}
        onSuccess={() => router.refresh()}
        onCompleted={(result) => setHeard(result as Recorded)}
      >
        {({ open }) => (
          <button type="button" className="button primary" onClick={() => open()}>
            Upload an Image
          </button>
        )}
      </CldUploadWidget>
      <p className="heard" role="status">
        {heard &&
          `The media server has reported ${heard.count} ${heard.count === 1 ? 'upload' : 'uploads'} to the app.`}
      </p>
    </>
  )
}
