import { UploadDropzone } from '@countersign/react'
import '@countersign/react/dropzone.css'
import { savePhotos } from './save-photos'

interface Props {
  searchParams: Promise<{ saved?: string }>
}

export default async function Page({ searchParams }: Props) {
  const { saved } = await searchParams
  return (
    <form action={savePhotos}>
      <UploadDropzone signatureEndpoint="/api/sign-cloudinary-params" name="photos" />
      <button type="submit">Save</button>
      {saved === undefined ? null : <output>{saved}</output>}
    </form>
  )
}
