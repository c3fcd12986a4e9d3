import { createRef, StrictMode } from 'react'
import { renderToString } from 'react-dom/server'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  CldUploadButton,
  CldUploadWidget,
  type CldUploadWidgetProps,
  type CldUploadWidgetPropsChildren,
  type CloudinaryUploadWidgetInfo,
  type WidgetEvent,
} from './index.js'
import { tellProps } from './tell-props.js'

const ENDPOINT = '/api/sign-cloudinary-params'

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('CldUploadWidget on a server', () => {
  it('renders the opener without a window, a script or an environment', () => {
    const html = renderToString(
      <StrictMode>
        <CldUploadWidget signatureEndpoint={ENDPOINT}>
          {({ open }) => (
            <button type="button" onClick={() => open()}>
              Upload an Image
            </button>
          )}
        </CldUploadWidget>
      </StrictMode>,
    )
    expect(html).toBe('<button type="button">Upload an Image</button>')
  })

  it('passes every member of next-cloudinary to its render function', () => {
    let given: CldUploadWidgetPropsChildren | undefined
    renderToString(
      <CldUploadWidget signatureEndpoint={ENDPOINT}>
        {(widget) => {
          given = widget
          return null
        }}
      </CldUploadWidget>,
    )
    expect(given?.isLoading).toBe(false)
    expect(given?.cloudinary).toHaveProperty('createUploadWidget', expect.any(Function))
    for (const method of [
      'close',
      'destroy',
      'hide',
      'isDestroyed',
      'isMinimized',
      'isShowing',
      'minimize',
      'open',
      'show',
      'update',
    ]) {
      expect(given).toHaveProperty(method, expect.any(Function))
      expect(given?.widget).toHaveProperty(method, expect.any(Function))
    }
  })

  it('throws during render if the cloud, key or preset is missing without an endpoint', () => {
    expect(() => renderToString(<CldUploadWidget>{() => null}</CldUploadWidget>)).toThrow(
      /cloud name/,
    )
    vi.stubEnv('NEXT_PUBLIC_CLOUDINARY_CLOUD_NAME', 'demo')
    expect(() => renderToString(<CldUploadWidget>{() => null}</CldUploadWidget>)).toThrow(
      /uploadPreset/,
    )
    vi.stubEnv('NEXT_PUBLIC_CLOUDINARY_UPLOAD_PRESET', 'open')
    expect(renderToString(<CldUploadWidget>{() => 'rendered'}</CldUploadWidget>)).toBe('rendered')
  })

  it('renders only the result of its function', () => {
    expect(renderToString(<CldUploadWidget signatureEndpoint={ENDPOINT} />)).toBe('')
  })
})

describe('CldUploadButton on a server', () => {
  it('is a button with the label Upload', () => {
    expect(renderToString(<CldUploadButton signatureEndpoint={ENDPOINT} />)).toBe(
      '<button type="button">Upload</button>',
    )
  })

  it('sets attributes on the button, but no props of the widget', () => {
    const html = renderToString(
      <CldUploadButton
        ref={createRef()}
        signatureEndpoint={ENDPOINT}
        config={{ cloud: { cloudName: 'demo' } }}
        onSuccess={() => undefined}
        onSuccessAction={() => undefined}
        className="primary"
        type="submit"
        disabled
        aria-describedby="hint"
      >
        Add photos
      </CldUploadButton>,
    )
    expect(html).toBe(
      '<button type="submit" class="primary" disabled="" aria-describedby="hint">Add photos</button>',
    )
  })
})

describe('tellProps', () => {
  const success = {
    event: 'success',
    info: { secure_url: 'https://x.example/a.jpg' },
  } as unknown as WidgetEvent
  const widget = { widget: {} } as never

  it('calls onSuccess, onSuccessAction and onUpload for a success', () => {
    const calls: string[] = []
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const props: CldUploadWidgetProps = {
      onUpload: () => calls.push('onUpload'),
      onSuccess: ({ info }) => calls.push(`onSuccess ${info.secure_url}`),
      onSuccessAction: async ({ info }) => {
        calls.push(`onSuccessAction ${info.secure_url}`)
      },
    }
    tellProps(props, { error: null, result: success, widget })
    expect(calls).toEqual([
      'onSuccess https://x.example/a.jpg',
      'onSuccessAction https://x.example/a.jpg',
      'onUpload',
    ])
    expect(warn).toHaveBeenCalledOnce()
    warn.mockRestore()
  })

  it('calls the next handler if one throws or rejects', async () => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const calls: string[] = []
    const props: CldUploadWidgetProps = {
      onError: () => {
        throw new Error('in onError')
      },
      onCloseAction: () => Promise.reject(new Error('in onCloseAction')),
      onClose: () => calls.push('onClose'),
    }
    tellProps(props, {
      error: { code: 'INTERNAL' } as never,
      result: { event: 'close' } as never,
      widget,
    })
    await Promise.resolve()
    await Promise.resolve()
    expect(calls).toEqual(['onClose'])
    expect(error).toHaveBeenCalledTimes(2)
    error.mockRestore()
  })
})

it('has types that code for next-cloudinary compiles with', () => {
  const save = (info: CloudinaryUploadWidgetInfo | string | undefined) => info
  const written: CldUploadWidgetProps = {
    onSuccess: (results, { widget }) => {
      save(results?.info)
      widget.close()
    },
    onQueuesEnd: (_: WidgetEvent, { close }) => close(),
    onError: (error, { widget }) => {
      if (typeof error !== 'string') console.log(error.statusText)
      widget.close({ quiet: true })
    },
    // @ts-expect-error the info of a success is an asset, not a string
    onUpload: ({ info }: { info: string }) => info,
  }
  expect(written).toHaveProperty('onSuccess')
})
