/** English sentences for what can go wrong, by text key. The view overrides them by language. @module */

/** Text key to sentence; `{{name}}` is filled in. */
export const SENTENCES = {
  file_too_large: 'Too large: {{size}}. Choose a file up to {{allowed}}.',
  file_too_small: 'Too small: {{size}}. Choose a file of at least {{allowed}}.',
  file_empty: 'This file is empty. Choose another one.',
  max_dimensions_validation:
    'Too big: {{width}} × {{height}} px. Choose one up to {{maxWidth}} × {{maxHeight}} px.',
  min_dimensions_validation:
    'Too small: {{width}} × {{height}} px. Choose one of at least {{minWidth}} × {{minHeight}} px.',
  max_pixels: 'Too big: {{width}} × {{height}} px. Choose one of at most {{allowed}} megapixels.',
  allowed_formats: '{{ext}} files are not accepted. Choose {{formats}}.',
  heic: 'HEIC photos are not accepted. Save it as JPG, or set your phone’s camera to “Most compatible”.',
  video: 'Videos are not accepted. Choose {{formats}}.',
  connection_lost: 'Connection lost. Retry when you are online.',
  unavailable: 'The server does not answer. Retry in a minute.',
  too_many_stopped: 'Too many uploads right now. Retry in a minute.',
  session_ended: 'Your session ended. Sign in again, then retry.',
  refused: 'The server refused this file: {{message}}',
  not_allowed: 'Not allowed: {{message}}',
  nothing_found: 'Nothing was found at this address. Check it, then try again.',
  signing_failed: 'This upload could not be signed: {{message}}',
  endpoint_status:
    'The signing endpoint answered {{status}}. Create this route, or set signatureEndpoint to the one you have.',
  endpoint_failed: 'The signing endpoint answered {{status}}. Look at its log.',
  endpoint_page:
    'The signing endpoint answered a page, not JSON. Check that the route runs and no login page stands before it.',
  endpoint_redirected:
    'The signing endpoint answered a page. Are you signed out? Sign in again, then retry.',
  endpoint_unsigned: 'The signing endpoint answered JSON without a signature.',
  endpoint_unreachable:
    'The signing endpoint cannot be reached. Is the server running, and does it allow {{origin}}?',
  no_cloud: 'No cloud name. Set cloudName, or let the endpoint answer it.',
  no_server:
    'No address to upload to for {{cloud}}. Set NEXT_PUBLIC_COUNTERSIGN_URL or the option uploadPrefix.',
  bad_address:
    'The upload address {{address}} is not an http address. Check uploadUrl and uploadPrefix.',
  no_signer:
    'Nothing signs these uploads and no preset is named. Set signatureEndpoint, or choose an unsigned preset.',
  bad_unsigned:
    'This preset cannot be used unsigned. Set signatureEndpoint, or choose an unsigned preset.',
} as const

/** Key of one sentence. */
export type SentenceKey = keyof typeof SENTENCES

/** Put values into `{{name}}` and `{{- name}}` of a template; a name without a value stays. */
export function fillSentence(
  template: string,
  values: Readonly<Record<string, unknown>> = {},
): string {
  return template.replace(/\{\{-?\s*(\w+)\s*\}\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : whole,
  )
}
