/** Texts of the dropzone. @module */

/** Texts that a dropzone shows, and labels that screen readers speak. */
export interface DropzoneTexts {
  /** Label of the button that opens the file dialog. */
  readonly browse: string
  /** Label of this button if the dropzone accepts one file. */
  readonly browseOne: string
  /** Accessible name of the button that cancels a file's upload. */
  readonly cancel: (fileName: string) => string
  /** Accessible name of the button that retries a failed upload. */
  readonly retry: (fileName: string) => string
  /** Accessible name of the button that removes a file that is not uploaded. */
  readonly remove: (fileName: string) => string
  /** Accessible name of the button that removes an uploaded file from the list. The file stays on the server. */
  readonly removeDone: (fileName: string) => string
  /** Accessible name of a file's progress bar. */
  readonly progress: (fileName: string) => string
  readonly waiting: string
  readonly processing: string
  readonly paused: string
  readonly done: string
  readonly cancelled: string
  /** State of an upload from an earlier visit if the browser has not stored the file. */
  readonly fileNeeded: string
  /** Shown after another user signed in and the first user's files were removed. */
  readonly userChanged: string
  /** Progress that screen readers speak during uploads. */
  readonly uploading: (done: number, all: number) => string
  /** Result that screen readers speak after the uploads. */
  readonly uploaded: (files: number) => string
}

/** Default texts, in English. */
export const ENGLISH: DropzoneTexts = {
  browse: 'Choose files, or drop them here',
  browseOne: 'Choose a file, or drop it here',
  cancel: (fileName) => `Cancel ${fileName}`,
  retry: (fileName) => `Try ${fileName} again`,
  remove: (fileName) => `Remove ${fileName}`,
  removeDone: (fileName) => `Remove ${fileName} from the list`,
  progress: (fileName) => `Upload of ${fileName}`,
  waiting: 'Waiting',
  processing: 'Processing',
  paused: 'Paused',
  done: 'Uploaded',
  cancelled: 'Canceled',
  fileNeeded: 'Choose the file again to go on',
  userChanged: 'You signed in as someone else. Choose your files again.',
  uploading: (done, all) => `${done} of ${all} uploaded`,
  uploaded: (files) => (files === 1 ? '1 file uploaded' : `${files} files uploaded`),
}
