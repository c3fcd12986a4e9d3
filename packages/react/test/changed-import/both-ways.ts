/** Passes values between code of next-cloudinary and ours. Both directions must compile. */

import type * as Ours from '@countersign/react'
import type * as Theirs from 'next-cloudinary'

declare function take<Type>(value: Type): void

export function toOurs(values: {
  results: Theirs.CloudinaryUploadWidgetResults
  info: Theirs.CloudinaryUploadWidgetInfo
  error: Theirs.CloudinaryUploadWidgetError
  sources: Theirs.CloudinaryUploadWidgetSources
  options: Theirs.CloudinaryUploadWidgetOptions
  update: Theirs.CloudinaryUploadWidgetInstanceMethodUpdateOptions
  open: Theirs.CloudinaryUploadWidgetInstanceMethodOpenOptions
  close: Theirs.CloudinaryUploadWidgetInstanceMethodCloseOptions
  destroy: Theirs.CloudinaryUploadWidgetInstanceMethodDestroyOptions
  props: Theirs.CldUploadWidgetProps
}): void {
  take<Ours.CloudinaryUploadWidgetResults>(values.results)
  take<Ours.CloudinaryUploadWidgetInfo>(values.info)
  take<Ours.CloudinaryUploadWidgetError>(values.error)
  take<Ours.CloudinaryUploadWidgetSources>(values.sources)
  take<Ours.CloudinaryUploadWidgetOptions>(values.options)
  take<Ours.CloudinaryUploadWidgetInstanceMethodUpdateOptions>(values.update)
  take<Ours.CloudinaryUploadWidgetInstanceMethodOpenOptions>(values.open)
  take<Ours.CloudinaryUploadWidgetInstanceMethodCloseOptions>(values.close)
  take<Ours.CloudinaryUploadWidgetInstanceMethodDestroyOptions>(values.destroy)
  take<Ours.CldUploadWidgetProps>(values.props)
}

export function toTheirs(values: {
  results: Ours.CloudinaryUploadWidgetResults
  event: Ours.WidgetEvent
  info: Ours.CloudinaryUploadWidgetInfo
  error: Ours.CloudinaryUploadWidgetError
  sources: Ours.CloudinaryUploadWidgetSources
  open: Ours.CloudinaryUploadWidgetInstanceMethodOpenOptions
  close: Ours.CloudinaryUploadWidgetInstanceMethodCloseOptions
  destroy: Ours.CloudinaryUploadWidgetInstanceMethodDestroyOptions
  methods: Ours.CloudinaryUploadWidgetInstanceMethods
  children: Ours.CldUploadWidgetPropsChildren
}): void {
  take<Theirs.CloudinaryUploadWidgetResults>(values.results)
  take<Theirs.CloudinaryUploadWidgetResults>(values.event)
  take<Theirs.CloudinaryUploadWidgetInfo>(values.info)
  take<Theirs.CloudinaryUploadWidgetError>(values.error)
  take<Theirs.CloudinaryUploadWidgetSources>(values.sources)
  take<Theirs.CloudinaryUploadWidgetInstanceMethodOpenOptions>(values.open)
  take<Theirs.CloudinaryUploadWidgetInstanceMethodCloseOptions>(values.close)
  take<Theirs.CloudinaryUploadWidgetInstanceMethodDestroyOptions>(values.destroy)
  take<Theirs.CloudinaryUploadWidgetInstanceMethods>(values.methods)
  take<Theirs.CldUploadWidgetPropsChildren>(values.children)
}
