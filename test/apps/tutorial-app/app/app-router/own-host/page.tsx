'use client'

import { CldUploadWidget, type CloudinaryUploadWidgetInfo } from '@countersign/react'
import { CldImage, getCldImageUrl } from 'next-cloudinary'
import { useState } from 'react'
import { mediaServer } from '../../../lib/media-server'

export default function Page() {
  const [resource, setResource] = useState<CloudinaryUploadWidgetInfo>()

  return (
    <main>
      <CldUploadWidget
        signatureEndpoint="/api/sign-cloudinary-params"
        onSuccess={(result) => setResource(result?.info as CloudinaryUploadWidgetInfo)}
      >
        {({ open }) => (
          <button type="button" onClick={() => open()}>
            Upload an Image
          </button>
        )}
      </CldUploadWidget>
      {resource && (
        <>
          <CldImage
            src={resource.public_id}
            width="200"
            height="150"
            crop="fill"
            alt="By CldImage"
            config={mediaServer}
          />
          <img
            src={getCldImageUrl({ src: resource.public_id, width: 120, height: 90 }, mediaServer)}
            alt="By getCldImageUrl"
          />
        </>
      )}
    </main>
  )
}
