'use client'

/** Dropzone component that uploads files without a dialog, for forms and custom views. @module */

import { preloadedIdentifier, type UploadResult } from '@countersign/widget/queue'
import {
  type ChangeEvent,
  type ClipboardEvent,
  type DragEvent,
  type ReactElement,
  type ReactNode,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react'
import { type DropzoneTexts, ENGLISH } from './dropzone-texts.js'
import { UploadList } from './upload-list.js'
import {
  type UploadQueueHandle,
  type UploadQueueProps,
  useUploadQueue,
} from './use-upload-queue.js'

/** Props of {@link UploadDropzone}. */
export interface UploadDropzoneProps extends UploadQueueProps {
  /** Name of the form's hidden fields, one per uploaded file. Value: `<resource type>/<type>/v<version>/<public id>#<signature>`. */
  readonly name?: string | undefined
  /** Called with all uploaded assets whenever they change. A form library can use the assets as its value. */
  readonly onChange?: ((assets: readonly UploadResult[]) => void) | undefined
  /** Called when an element of the dropzone loses the focus. */
  readonly onBlur?: (() => void) | undefined
  /** File types that the browser's file dialog offers, as in `<input accept>`. The endpoint's limits always apply. @default all files */
  readonly accept?: string | undefined
  /** If false, the dropzone accepts one file. @default true */
  readonly multiple?: boolean | undefined
  /** If true, the dropzone accepts no files. @default false */
  readonly disabled?: boolean | undefined
  /** Id of the button, for a `<label for>`. */
  readonly id?: string | undefined
  readonly className?: string | undefined
  /** Texts that replace the English defaults. */
  readonly texts?: Partial<DropzoneTexts> | undefined
  /** Content of the button, or a function that renders the content of the dropzone from the queue. @default a button and a list of the files */
  readonly children?: ReactNode | ((zone: UploadDropzoneHandle) => ReactNode)
}

/** Argument of the render function of {@link UploadDropzone}: the queue, and the state of the dropzone. */
export interface UploadDropzoneHandle extends UploadQueueHandle {
  /** Opens the browser's file dialog. */
  readonly browse: () => void
  /** True while files are dragged over the dropzone. */
  readonly isDragging: boolean
}

/**
 * Renders a dropzone that uploads dropped, pasted and chosen files. The component has no styles: style its `data-countersign` attributes, or
 * import `@countersign/react/dropzone.css`. A reset of the surrounding form empties the dropzone.
 * @throws Error during render if no `signatureEndpoint` is set and the cloud name, API key or preset is missing.
 * @example
 * <form action={savePost}>
 *   <UploadDropzone signatureEndpoint="/api/sign-cloudinary-params" name="photos" accept="image/*" />
 *   <button>Save</button>
 * </form>
 */
export function UploadDropzone(props: UploadDropzoneProps): ReactElement {
  const { multiple = true, disabled = false, children, name, className } = props
  const queue = useUploadQueue({ ...props, options: { ...props.options, multiple } })
  const texts = { ...ENGLISH, ...props.texts }
  const input = useRef<HTMLInputElement>(null)
  const zone = useRef<HTMLDivElement>(null)
  const statusId = useId()
  const { isDragging, handlers } = useDrop((files) => {
    if (!disabled) void queue.add(multiple ? files : files.slice(0, 1))
  })
  useTellChanges(queue.assets, props.onChange)
  useFormReset(zone, queue.clear)
  const handle = { ...queue, isDragging, browse: () => input.current?.click() }

  function onPick(event: ChangeEvent<HTMLInputElement>): void {
    const files = [...(event.target.files ?? [])]
    // Without this, choosing the same file again would fire no event.
    event.target.value = ''
    void queue.add(files)
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button inside also adds files, without a mouse
    <div
      {...handlers}
      ref={zone}
      className={className}
      data-countersign="dropzone"
      data-dragging={isDragging || undefined}
      data-disabled={disabled || undefined}
      onBlur={props.onBlur}
    >
      <input
        ref={input}
        type="file"
        hidden
        accept={props.accept}
        multiple={multiple}
        disabled={disabled}
        onChange={onPick}
      />
      {typeof children === 'function' ? (
        children(handle)
      ) : (
        <>
          <button
            type="button"
            id={props.id}
            disabled={disabled}
            aria-describedby={statusId}
            data-countersign="browse"
            onClick={handle.browse}
          >
            {children ?? (multiple ? texts.browse : texts.browseOne)}
          </button>
          <UploadList queue={queue} texts={texts} />
        </>
      )}
      <p id={statusId} role="status" data-countersign="status">
        {statusOf(queue, texts)}
      </p>
      {name === undefined
        ? null
        : queue.assets.map((asset) => (
            <input
              key={asset.asset_id}
              type="hidden"
              name={name}
              value={preloadedIdentifier(asset)}
            />
          ))}
    </div>
  )
}

function statusOf(queue: UploadQueueHandle, texts: DropzoneTexts): string {
  const { items, isActive, isUserChanged, assets } = queue
  if (isUserChanged) return texts.userChanged
  if (items.length === 0) return ''
  if (isActive) return texts.uploading(assets.length, items.length)
  return texts.uploaded(assets.length)
}

interface DropHandlers {
  onDragEnter(event: DragEvent): void
  onDragOver(event: DragEvent): void
  onDragLeave(event: DragEvent): void
  onDrop(event: DragEvent): void
  onPaste(event: ClipboardEvent): void
}

function useDrop(take: (files: readonly File[]) => void): {
  isDragging: boolean
  handlers: DropHandlers
} {
  const [isDragging, setDragging] = useState(false)
  function over(event: DragEvent): void {
    if (!event.dataTransfer.types.includes('Files')) return
    event.preventDefault()
    setDragging(true)
  }
  const handlers = {
    onDragEnter: over,
    onDragOver: over,
    onDragLeave(event: DragEvent) {
      // The event also fires when the pointer moves onto a child element.
      if (event.currentTarget.contains(event.relatedTarget as Node | null)) return
      setDragging(false)
    },
    onDrop(event: DragEvent) {
      setDragging(false)
      if (event.dataTransfer.files.length === 0) return
      event.preventDefault()
      take([...event.dataTransfer.files])
    },
    onPaste(event: ClipboardEvent) {
      if (event.clipboardData.files.length === 0) return
      event.preventDefault()
      take([...event.clipboardData.files])
    },
  }
  return { isDragging, handlers }
}

function useTellChanges(
  assets: readonly UploadResult[],
  onChange: ((assets: readonly UploadResult[]) => void) | undefined,
): void {
  const told = useRef('')
  const latest = useRef(onChange)
  const names = assets.map((asset) => asset.asset_id).join()
  useEffect(() => {
    latest.current = onChange
  })
  useEffect(() => {
    if (told.current === names) return
    told.current = names
    latest.current?.(assets)
  }, [assets, names])
}

function useFormReset(zone: { readonly current: HTMLElement | null }, clear: () => void): void {
  useEffect(() => {
    const form = zone.current?.closest('form')
    form?.addEventListener('reset', clear)
    return () => form?.removeEventListener('reset', clear)
  }, [zone, clear])
}
