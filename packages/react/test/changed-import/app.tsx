/** An app that uses every type and component of next-cloudinary for uploads, as its users do. */

import {
  CldUploadButton,
  type CldUploadButtonProps,
  CldUploadWidget,
  type CldUploadWidgetProps,
  type CldUploadWidgetPropsChildren,
  type CloudinaryUploadWidgetError,
  type CloudinaryUploadWidgetInfo,
  type CloudinaryUploadWidgetInstanceMethodCloseOptions,
  type CloudinaryUploadWidgetInstanceMethodDestroyOptions,
  type CloudinaryUploadWidgetInstanceMethodOpenOptions,
  type CloudinaryUploadWidgetInstanceMethods,
  type CloudinaryUploadWidgetInstanceMethodUpdateOptions,
  type CloudinaryUploadWidgetOptions,
  type CloudinaryUploadWidgetResults,
  type CloudinaryUploadWidgetSources,
} from 'next-cloudinary'
import { type ReactElement, useState } from 'react'

const options: CloudinaryUploadWidgetOptions = {
  cloudName: 'demo',
  folder: 'users',
  tags: ['a'],
  sources: ['local', 'url', 'camera'],
  maxFiles: 3,
  multiple: true,
  clientAllowedFormats: ['png'],
  styles: { palette: { window: '#fff' } },
  text: { en: { local: { browse: 'Browse' } } },
  theme: 'minimal',
  resourceType: 'image',
  getTags: (callback: (tags: string[]) => void, prefix: string) => callback([prefix]),
  preBatch: (callback: (answer: { cancel: boolean }) => void) => callback({ cancel: false }),
}
const source: CloudinaryUploadWidgetSources = 'camera'
const openOptions: CloudinaryUploadWidgetInstanceMethodOpenOptions = {
  files: ['https://example.com/cat.jpg'],
}
const closeOptions: CloudinaryUploadWidgetInstanceMethodCloseOptions = { quiet: true }
const destroyOptions: CloudinaryUploadWidgetInstanceMethodDestroyOptions = {
  removeThumbnails: true,
}
const updateOptions: CloudinaryUploadWidgetInstanceMethodUpdateOptions = {
  cloudName: 'demo',
  uploadPreset: 'photos',
  maxFiles: 1,
}

function use(methods: CloudinaryUploadWidgetInstanceMethods): void {
  methods.open(source, openOptions)
  methods.update(updateOptions)
  methods.close(closeOptions)
  void methods.destroy(destroyOptions)
}

function describe(result: CloudinaryUploadWidgetResults | undefined): string {
  const info = result?.info
  if (typeof info === 'string' || info === undefined) return `${result?.event}: ${info}`
  const { public_id, width, height, tags, hook_execution }: CloudinaryUploadWidgetInfo = info
  return [public_id, width, height, tags?.join(), Object.keys(hook_execution).length].join()
}

function explain(error: CloudinaryUploadWidgetError | undefined): string {
  if (error === undefined || error === null) return ''
  return typeof error === 'string' ? error : `${error.status} ${error.statusText}`
}

export function Uploads(): ReactElement {
  const [resource, setResource] = useState<string | CloudinaryUploadWidgetInfo | undefined>()
  const [last, setLast] = useState<CloudinaryUploadWidgetResults>()
  return (
    <CldUploadWidget
      uploadPreset="photos"
      signatureEndpoint="/api/sign-cloudinary-params"
      options={options}
      onSuccess={(result, { widget, close }) => {
        setResource(result?.info)
        setLast(result)
        widget.close()
        close()
      }}
      onQueuesEnd={(result: CloudinaryUploadWidgetResults, { widget }) => {
        setLast(result)
        widget.close()
      }}
      onError={(error: CloudinaryUploadWidgetError, { widget }) => {
        console.error(explain(error))
        widget.close({ quiet: true })
      }}
      onOpen={(widget) => widget.isShowing()}
      onSuccessAction={(result: CloudinaryUploadWidgetResults) => setLast(result)}
      onUpload={(result: CloudinaryUploadWidgetResults, widget) => {
        setLast(result)
        widget.close()
      }}
    >
      {({ cloudinary, widget, open, results, error, isLoading }) => {
        return (
          <>
            <button type="button" disabled={isLoading} onClick={() => open()}>
              Upload
            </button>
            <button type="button" onClick={() => widget.open()}>
              Upload by the instance
            </button>
            <button type="button" onClick={() => cloudinary.openUploadWidget(options, () => {})}>
              Another widget
            </button>
            <output>{describe(results) + explain(error) + describe(last)}</output>
            <output>{typeof resource === 'object' ? resource.secure_url : resource}</output>
          </>
        )
      }}
    </CldUploadWidget>
  )
}

export function Wrapped(props: CldUploadWidgetProps): ReactElement {
  const render = (children: CldUploadWidgetPropsChildren): ReactElement => {
    use(children)
    return <button type="button">Upload</button>
  }
  return <CldUploadWidget {...props}>{render}</CldUploadWidget>
}

export function WrappedButton(props: CldUploadButtonProps): ReactElement {
  return (
    <CldUploadButton {...props} className="button" onClick={() => undefined}>
      Upload
    </CldUploadButton>
  )
}

// biome-ignore lint/complexity/noBannedTypes: next-cloudinary declares onClick as Function.
export function CountingButton({ count }: { count: Function }): ReactElement {
  return <CldUploadButton signatureEndpoint="/api/sign-cloudinary-params" onClick={count} />
}
