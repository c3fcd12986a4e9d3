/** Page of React 18 with the upload widget in StrictMode and a button that unmounts it. @module */

import { CldUploadWidget } from '@countersign/react'
import { StrictMode, useState, version } from 'react'
import { createRoot } from 'react-dom/client'

function Page() {
  const [isShown, setShown] = useState(true)
  const [photos, setPhotos] = useState([])
  return (
    <>
      <p id="version">{version}</p>
      <ul id="photos">
        {photos.map((url) => (
          <li key={url}>{url}</li>
        ))}
      </ul>
      <button id="remove" type="button" onClick={() => setShown(false)}>
        Remove
      </button>
      {isShown && (
        <CldUploadWidget
          signatureEndpoint="/sign"
          onSuccess={({ info }) => setPhotos((before) => [...before, info.secure_url])}
        >
          {({ open }) => (
            <button id="upload" type="button" onClick={() => open()}>
              Upload an Image
            </button>
          )}
        </CldUploadWidget>
      )}
    </>
  )
}

createRoot(document.getElementById('root')).render(
  <StrictMode>
    <Page />
  </StrictMode>,
)
