/** English error sentences for people who upload, by text key. The view overrides them by language. @module */

/** Sentence by text key; `{{name}}` is a placeholder. Sentences describe the file or the upload, never code or server addresses. */
export const SENTENCES = {
  file_too_large: 'Too large: {{size}}. Choose a file up to {{allowed}}.',
  file_too_small: 'Too small: {{size}}. Choose a file of at least {{allowed}}.',
  file_empty: 'This file is empty. Choose another one.',
  file_changed: 'The file has changed. Choose it again.',
  max_dimensions_validation:
    'Too big: {{width}} × {{height}} px. Choose one up to {{maxWidth}} × {{maxHeight}} px.',
  min_dimensions_validation:
    'Too small: {{width}} × {{height}} px. Choose one of at least {{minWidth}} × {{minHeight}} px.',
  max_pixels: 'Too big: {{width}} × {{height}} px. Choose one of at most {{allowed}} megapixels.',
  allowed_formats: '{{ext}} files are not accepted. Choose {{formats}}.',
  heic: 'HEIC photos are not accepted. Save it as JPG, or set your phone’s camera to “Most compatible”.',
  video: 'Videos are not accepted. Choose {{formats}}.',
  too_large: 'This file is too large. Choose a smaller one.',
  not_accepted: 'Files of this type are not accepted.',
  no_picture: 'This is not a picture we can open.',
  no_video: 'This is not a video we can open.',
  connection_lost: 'Cannot reach the upload server.',
  unavailable: 'The server does not work right now.',
  too_many_stopped: 'Too many uploads right now.',
  session_ended: 'Your session ended. Sign in again, then retry.',
  refused: 'This file could not be uploaded.',
  not_allowed: 'This upload is not allowed here.',
  not_now: 'Uploads do not work right now. Please try again later.',
  nothing_found: 'Nothing was found at this address. Check it, then try again.',
} as const

/** Key of one sentence. */
export type SentenceKey = keyof typeof SENTENCES

/** Replaces `{{name}}` and `{{- name}}` in a template. A placeholder without a value stays. */
export function fillSentence(
  template: string,
  values: Readonly<Record<string, unknown>> = {},
): string {
  return template.replace(/\{\{-?\s*(\w+)\s*\}\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : whole,
  )
}
