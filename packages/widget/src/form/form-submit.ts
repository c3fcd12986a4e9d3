/** Uploads before a form is sent. @module */

import type { QueueFile } from '../options/events.js'

/** Hold a form back until its files are uploaded; where one fails, it is not sent. Ends with `signal`. */
export function uploadBeforeSubmit(
  form: HTMLFormElement,
  {
    upload,
    signal,
  }: { readonly upload: () => Promise<readonly QueueFile[]>; readonly signal: AbortSignal },
): void {
  let isUploaded = false
  const onSubmit = async (event: SubmitEvent): Promise<void> => {
    if (isUploaded) return
    event.preventDefault()
    // The page's own listeners would take it for sent.
    event.stopImmediatePropagation()
    const files = await upload()
    if (files.some(({ failed, aborted }) => failed || aborted)) return
    isUploaded = true
    form.requestSubmit(event.submitter)
    isUploaded = false
  }
  form.addEventListener('submit', onSubmit, { capture: true, signal })
}
