/** The headless upload queue: signing, sending, retrying. Works without a DOM. @module */

export { type FailureDetails, failureDetails } from './failures/failure.js'
export { fillSentence, SENTENCES, type SentenceKey } from './failures/sentences.js'
export {
  acceptAttribute,
  acceptedFormats,
  checkFile,
  checkType,
  type FileRules,
  maxBytesOf,
} from './files/check-file.js'
export { formatBytes } from './files/format-bytes.js'
export { type ImageSize, readImageSize } from './files/image-size.js'
export { type NewUpload, type PrepareFile, remoteUpload } from './files/new-upload.js'
export { createImagePreparation, type ImagePreparation } from './images/prepare-image.js'
export { createUploadQueue } from './queue/create-upload-queue.js'
export type {
  AddedFiles,
  QueueChange,
  QueuePlatform,
  QueueSettings,
  UploadQueue,
} from './queue/queue-contract.js'
export type { QueueProgress } from './queue/upload-speed.js'
export {
  isUnfinished,
  sentBytesOf,
  type UploadItem,
  type UploadState,
} from './queue/upload-state.js'
export type { RestoredUpload, ResumableUpload, ResumeKeeper } from './resume/resume-record.js'
export type { ParamAnswer, ParamHook, SignatureAnswer, SignatureHook } from './signing/app-hooks.js'
export {
  createSigningClient,
  type DiscoveredPreset,
  type Discovery,
  type SignedUpload,
  type SigningClient,
  type SigningOptions,
  type SigningRequest,
  type UserTag,
} from './signing/signing-client.js'
export { paramsFromOptions } from './signing/upload-params.js'
export {
  type Completion,
  type CompletionReader,
  createCompletionReader,
  readCompletion,
} from './transfer/read-completion.js'
export {
  type AddressSources,
  resolveServerAddress,
  type ServerAddress,
} from './transfer/server-address.js'
export {
  createFetchTransport,
  type TransportReply,
  type TransportRequest,
  type UploadTransport,
} from './transfer/upload-transport.js'
