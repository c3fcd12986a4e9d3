/** Meaning and remedy of each error code, for docs/errors.md. @module */

/**
 * @typedef {object} ErrorNote
 * @property {string} meaning What happened, in one sentence.
 * @property {string} remedy What to do, in one sentence.
 */

/** One note for each code of `ERROR_CODES`. */
export const ERROR_NOTES = /** @type {Readonly<Record<string, ErrorNote>>} */ ({
  ACTION_NOT_ALLOWED: {
    meaning: 'The API key is known, but its scopes do not cover this action.',
    remedy: 'Use a key with the scope that the message names; browsers get `upload` only.',
  },
  ACTION_UNSUPPORTED: {
    meaning: 'The action exists in the protocol, but this server does not support it yet.',
    remedy: 'See the supported actions in the README.',
  },
  API_KEY_UNKNOWN: {
    meaning: 'No key of this cloud has that id.',
    remedy:
      'Compare the id and the cloud name with `countersign keys list`; look for quotes and blanks in the `.env` file.',
  },
  API_SECRET_WRONG: {
    meaning: 'The password of an Authorization header is not the secret of that key.',
    remedy: 'Check which key the secret belongs to.',
  },
  ASSET_NOT_FOUND: {
    meaning: 'There is no asset with that public id, resource type and delivery type.',
    remedy: 'Check all three: the same public id may exist as an image and as a video.',
  },
  ASSET_TOO_LARGE: {
    meaning: 'The file has more bytes or more pixels than a limit allows.',
    remedy: 'The message names the limit and its source: the preset, the key or the server.',
  },
  ASSET_TYPE_REFUSED: {
    meaning: "The limits do not accept the type of the file's content.",
    remedy:
      'The message names the declared type, the type of the content and the accepted types. Convert the file, send it with its own type and name, or widen `accept`.',
  },
  BODY_INVALID: {
    meaning: 'The body of the request cannot be read: broken JSON, or a form without its end.',
    remedy: 'Send it again; if it happens each time, look for a proxy that cuts bodies.',
  },
  BODY_TOO_LARGE: {
    meaning: 'The body has more bytes than one request may have.',
    remedy: 'Upload in chunks, or raise the limit of the server and of the proxy in front of it.',
  },
  CHUNK_INVALID: {
    meaning: 'A part of a chunked upload does not fit the parts before it.',
    remedy:
      'Send the parts with one `X-Unique-Upload-Id` and correct `Content-Range` headers, or start again.',
  },
  CLOUD_UNKNOWN: {
    meaning: 'The server does not serve that cloud name.',
    remedy: 'Use the name that the server prints at start.',
  },
  CONFIG_INVALID: {
    meaning: 'An option or an environment variable is missing or wrong.',
    remedy: 'The message names it; set it and restart.',
  },
  CONNECTION_LOST: {
    meaning:
      'The connection ended before the upload was complete. The server stored nothing of it.',
    remedy: 'Upload again. The widget retries by itself.',
  },
  CONTENT_TYPE_REFUSED: {
    meaning: 'The request has a `Content-Type` that this route does not read.',
    remedy: 'Send JSON to a signing endpoint, and a form or JSON to the Upload API.',
  },
  DELETE_TOKEN_INVALID: {
    meaning:
      'The delete token is unknown, used or older than ten minutes, or its asset was replaced.',
    remedy: 'Ask the app to delete the asset, with its own key.',
  },
  DELIVERY_DENIED: {
    meaning: 'The delivery URL lacks a signature, or its signature does not fit.',
    remedy: 'Sign the URL with the secret of a key that has the scope `deliver`.',
  },
  FILE_CHANGED: {
    meaning:
      'The widget can no longer read the file: it was changed, moved or deleted after it was chosen.',
    remedy: 'Choose the file again.',
  },
  FILE_EMPTY: {
    meaning: 'The file has no bytes.',
    remedy: 'Choose another file.',
  },
  FILE_MISSING: {
    meaning: 'The upload has no `file`.',
    remedy: 'Send the file, a data URI or a URL in the field `file`.',
  },
  IMAGE_INVALID: {
    meaning:
      "The file claims to be an image but cannot be decoded, or not within the server's limits of time and memory.",
    remedy:
      'Open the image in an image editor and save it again. If the message names a limit, save it smaller.',
  },
  INTERNAL: {
    meaning: 'The server failed, and does not show the reason to callers.',
    remedy: "Look for the request id in the server's log.",
  },
  METHOD_NOT_ALLOWED: {
    meaning: 'The route exists, but not for this HTTP method.',
    remedy: 'A signing endpoint handles GET and POST: export both.',
  },
  NONCE_REUSED: {
    meaning: 'Another upload with different parameters has used this nonce.',
    remedy: 'Create a new nonce for each upload. Reuse a nonce only to retry the same parameters.',
  },
  ORIGIN_REFUSED: {
    meaning: 'A page of another origin called the signing endpoint.',
    remedy: 'Serve the page from the same origin, or list its origin in the handler’s options.',
  },
  PARAMS_REFUSED: {
    meaning: 'The policy of the signing endpoint does not allow the requested parameters.',
    remedy: 'Each issue names the parameter and the rule; change the page or the preset.',
  },
  PARAM_INVALID: {
    meaning: 'A parameter has an invalid value.',
    remedy: 'The message names the parameter, the value and the allowed values.',
  },
  PARAM_MISSING: {
    meaning: 'A required parameter is absent.',
    remedy: 'Send the parameter that the message names; blank values count as absent.',
  },
  PRESET_EXISTS: {
    meaning: 'There is already an upload preset with that name.',
    remedy: 'Choose another name, or change the preset that exists.',
  },
  PRESET_REFUSED: {
    meaning: 'The preset exists, but this user or this kind of upload may not use it.',
    remedy:
      'Request the allowed presets from the endpoint (GET), or allow unsigned use of the preset.',
  },
  PRESET_UNKNOWN: {
    meaning: 'There is no preset with that name.',
    remedy: 'Create the preset, or correct `uploadPreset`. The default name is `default`.',
  },
  PUBLIC_ID_INVALID: {
    meaning: 'The public id has characters or segments that are not allowed.',
    remedy: 'Leave out control characters and the segments `.` and `..`.',
  },
  RATE_LIMITED: {
    meaning: 'There were too many requests at once or in a short time.',
    remedy: 'Wait for the seconds in `Retry-After`. The widget waits by itself.',
  },
  SIGNATURE_EXPIRED: {
    meaning: 'The signed timestamp is more than an hour old or far ahead.',
    remedy: 'Sign right before you send, use seconds, and check the clock of the signing machine.',
  },
  SIGNATURE_MISMATCH: {
    meaning: 'The signature does not match the received parameters.',
    remedy: "The server's log names the likely cause; see *A signed request* in the guide on keys.",
  },
  SIGNING_UNREACHABLE: {
    meaning: 'The widget got no usable answer from the signing endpoint.',
    remedy:
      'Open `signatureEndpoint` in the browser. Check that the route exists and that you are signed in.',
  },
  SOURCE_REFUSED: {
    meaning: 'The limits do not allow this source of the bytes, such as a URL.',
    remedy: 'Upload the file itself, or add the source to the limits.',
  },
  SOURCE_UNREACHABLE: {
    meaning:
      'The remote file could not be fetched: no such public host, no connection, or a status other than 200.',
    remedy:
      'Open the address from another network. Add your own private hosts to `COUNTERSIGN_REMOTE_ALLOW`.',
  },
  STORAGE_FULL: {
    meaning: 'The upload would use disk space that the operator reserves.',
    remedy:
      'Free disk space, or lower `COUNTERSIGN_MIN_FREE_BYTES` and `COUNTERSIGN_MIN_FREE_PERCENT`.',
  },
  STORAGE_UNAVAILABLE: {
    meaning: 'The disk or the database refuses writes. Nothing was stored.',
    remedy: 'Check free space and permissions, then upload again.',
  },
  TRANSFORMATION_INVALID: {
    meaning: 'The transformation in the URL is invalid.',
    remedy: 'The message names the component and the expected form.',
  },
  TRANSFORMATION_REFUSED: {
    meaning: 'The transformation is valid, but this server does not create it for an unsigned URL.',
    remedy: 'Sign the URL, name the transformation, or set `COUNTERSIGN_TRANSFORMATIONS=open`.',
  },
  UNAUTHORIZED: {
    meaning: 'Nobody is signed in, or the request carries no credentials.',
    remedy: 'Sign in. In the app, check the result of `authorize`.',
  },
  UPLOAD_ABORTED: {
    meaning: 'The user or the page stopped the upload.',
    remedy: 'Nothing to do. Start the upload again if it was a mistake.',
  },
})
