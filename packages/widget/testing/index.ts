/** Tools for tests of apps: a fake signing endpoint and upload server, and functions for Playwright. @module */

export {
  type Answer,
  assetBody,
  discoveryBody,
  type FakeServer,
  mergeAnswer,
  type ReceivedUpload,
  startFakeServer,
} from './fake-server.js'
export {
  answerSigning,
  type PageLike,
  type PickedFile,
  PNG,
  pickFiles,
  type RouteLike,
} from './playwright.js'
