import { CldUploadWidget, type CloudinaryUploadWidgetInfo } from '@countersign/react'
import { CldImage } from 'next-cloudinary'
import { useState } from 'react'

export default function Page() {
  const [resource, setResource] = useState<CloudinaryUploadWidgetInfo>()

  return (
    <main>
      <CldUploadWidget
        signatureEndpoint="/api/pages-router/sign-cloudinary-params"
        onSuccess={(result) => setResource(result?.info as CloudinaryUploadWidgetInfo)}
      >
        {({ open }) => {
          return (
            <button type="button" onClick={() => open()}>
              Upload an Image
            </button>
          )
        }}
      </CldUploadWidget>
      {resource && (
        <>
          <img src={resource.secure_url} alt="As uploaded" />
          <CldImage src={resource.public_id} width="200" height="150" alt="By its public id" />
        </>
      )}
    </main>
  )
}
