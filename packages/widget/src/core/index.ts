/** The headless queue: signing, sending, retrying. No DOM. @module */

export type { ParamAnswer, ParamHook, SignatureAnswer, SignatureHook } from './app-hooks.js'
export {
  acceptAttribute,
  acceptedFormats,
  checkFile,
  checkType,
  type FileRules,
  maxBytesOf,
} from './check-file.js'
export { createUploadQueue } from './create-upload-queue.js'
export { type FailureDetails, failureDetails } from './failure.js'
export { formatBytes } from './format-bytes.js'
export { type ImageSize, readImageSize } from './image-size.js'
export { type NewUpload, type PrepareFile, remoteUpload } from './new-upload.js'
export { createImagePreparation, type ImagePreparation } from './prepare-image.js'
export type {
  AddedFiles,
  QueueChange,
  QueuePlatform,
  QueueSettings,
  UploadQueue,
} from './queue-contract.js'
export {
  type Completion,
  type CompletionReader,
  createCompletionReader,
  readCompletion,
} from './read-completion.js'
export type { RestoredUpload, ResumableUpload, ResumeKeeper } from './resume-record.js'
export { fillSentence, SENTENCES, type SentenceKey } from './sentences.js'
export { type AddressSources, resolveServerAddress, type ServerAddress } from './server-address.js'
export {
  createSigningClient,
  type DiscoveredPreset,
  type Discovery,
  type SignedUpload,
  type SigningClient,
  type SigningOptions,
  type SigningRequest,
  type UserTag,
} from './signing-client.js'
export { paramsFromOptions } from './upload-params.js'
export type { QueueProgress } from './upload-speed.js'
export {
  isUnfinished,
  sentBytesOf,
  type UploadItem,
  type UploadState,
} from './upload-state.js'
export {
  createFetchTransport,
  type TransportReply,
  type TransportRequest,
  type UploadTransport,
} from './upload-transport.js'
