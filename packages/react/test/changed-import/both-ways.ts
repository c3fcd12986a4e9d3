/**
 * Passes values between code of next-cloudinary and ours. What an app reads must fit both ways. What an app gives (options and props)
 * must fit from theirs to ours, because ours accept more. What an app gets to call must fit from ours to theirs, because ours do more.
 */

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
  button: Theirs.CldUploadButtonProps
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
  take<Ours.CldUploadButtonProps>(values.button)
}

/** Names that ours lack would still be assignable, so they are compared too. */
export function namesOf(names: {
  options: keyof Theirs.CloudinaryUploadWidgetOptions
  update: keyof Theirs.CloudinaryUploadWidgetInstanceMethodUpdateOptions
  props: keyof Theirs.CldUploadWidgetProps
  button: keyof Theirs.CldUploadButtonProps
  info: keyof Theirs.CloudinaryUploadWidgetInfo
}): void {
  take<keyof Ours.CloudinaryUploadWidgetOptions>(names.options)
  take<keyof Ours.CloudinaryUploadWidgetInstanceMethodUpdateOptions>(names.update)
  take<keyof Ours.CldUploadWidgetProps>(names.props)
  take<keyof Ours.CldUploadButtonProps>(names.button)
  take<keyof Ours.CloudinaryUploadWidgetInfo>(names.info)
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
