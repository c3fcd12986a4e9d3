/** The words of the dropzone. @module */

/** Every word that a dropzone shows or speaks. */
export interface DropzoneTexts {
  /** Label of the button that opens the file dialog. */
  readonly browse: string
  /** The same where one file is taken. */
  readonly browseOne: string
  /** Spoken name of a file's button. */
  readonly cancel: (fileName: string) => string
  readonly retry: (fileName: string) => string
  readonly remove: (fileName: string) => string
  /** Label of the button that removes an uploaded file from the list. The file stays on the server. */
  readonly removeDone: (fileName: string) => string
  /** Spoken name of a file's progress bar. */
  readonly progress: (fileName: string) => string
  readonly waiting: string
  readonly processing: string
  readonly paused: string
  readonly done: string
  readonly cancelled: string
  /** Of an upload of an earlier visit whose bytes the browser has not kept. */
  readonly fileNeeded: string
  /** Shown after another user signed in and the first user's files were removed. */
  readonly userChanged: string
  /** Spoken while files leave. */
  readonly uploading: (done: number, all: number) => string
  /** Spoken at the end. */
  readonly uploaded: (files: number) => string
}

/** The words unless others are given. */
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
  cancelled: 'Cancelled',
  fileNeeded: 'Choose the file again to go on',
  userChanged: 'You signed in as someone else. Choose your files again.',
  uploading: (done, all) => `${done} of ${all} uploaded`,
  uploaded: (files) => (files === 1 ? '1 file uploaded' : `${files} files uploaded`),
}
