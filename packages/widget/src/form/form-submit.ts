/** Uploads a form's files before the form is submitted. @module */

import type { QueueFile } from '../options/events.js'

/** Delays the submission of a form until its files are uploaded. If a file fails, the form is not submitted. Ends when `signal` aborts. */
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
    // The page's own listeners would treat the form as submitted.
    event.stopImmediatePropagation()
    const files = await upload()
    if (files.some(({ failed, aborted }) => failed || aborted)) return
    isUploaded = true
    form.requestSubmit(event.submitter)
    isUploaded = false
  }
  form.addEventListener('submit', onSubmit, { capture: true, signal })
}
