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
    meaning: 'The action belongs to the protocol, and this server does not have it yet.',
    remedy: 'See the list of what works in the README.',
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
    meaning: 'There is no asset of that public id, resource type and delivery type.',
    remedy: 'Check all three: the same public id may exist as an image and as a video.',
  },
  ASSET_TOO_LARGE: {
    meaning: 'The file has more bytes or more pixels than a limit allows.',
    remedy: 'The message names the limit and whose it is: the preset, the key or the server.',
  },
  ASSET_TYPE_REFUSED: {
    meaning: 'The content of the file is of a type that the limits do not accept.',
    remedy:
      'The message names what was sent, what the content is and what is accepted: convert the file, send it under its own type and name, or widen `accept`.',
  },
  BODY_INVALID: {
    meaning: 'The body of the request cannot be read: broken JSON, or a form without its end.',
    remedy: 'Send it again; if it happens each time, look for a proxy that cuts bodies.',
  },
  BODY_TOO_LARGE: {
    meaning: 'The body has more bytes than one request may have.',
    remedy: 'Upload in chunks, or raise the limit of the server and of the proxy before it.',
  },
  CHUNK_INVALID: {
    meaning: 'A part of a chunked upload does not fit the parts before it.',
    remedy:
      'Send the parts with one `X-Unique-Upload-Id` and correct `Content-Range` headers; else start again.',
  },
  CLOUD_UNKNOWN: {
    meaning: 'The server does not serve that cloud name.',
    remedy: 'Take the name that the server printed at start.',
  },
  CONFIG_INVALID: {
    meaning: 'An option or an environment variable is missing or wrong.',
    remedy: 'The message names it; set it and restart.',
  },
  CONNECTION_LOST: {
    meaning: 'The connection ended before the upload was whole; nothing of it is kept.',
    remedy: 'Upload again; the widget does so by itself a few times.',
  },
  CONTENT_TYPE_REFUSED: {
    meaning: 'The request has a `Content-Type` that this route does not read.',
    remedy: 'Send JSON to a signing endpoint, and a form or JSON to the Upload API.',
  },
  DELETE_TOKEN_INVALID: {
    meaning:
      'A delete token is unknown, was used, is older than ten minutes, or its asset was uploaded again since.',
    remedy: 'Ask the app to delete the asset, with its own key.',
  },
  DELIVERY_DENIED: {
    meaning: 'The delivery URL lacks a signature, or its signature does not fit.',
    remedy: 'Make the URL with the secret of a key that has the scope `deliver`.',
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
      'The file says that it is a picture and cannot be decoded, or not within the time and the memory that the server gives it.',
    remedy: 'Open it and save it again in a program for pictures, smaller where a limit is named.',
  },
  INTERNAL: {
    meaning: 'The server failed in a way that it does not explain to callers.',
    remedy: "Look for the request id in the server's log.",
  },
  METHOD_NOT_ALLOWED: {
    meaning: 'The route exists, but not for this HTTP method.',
    remedy: 'A signing endpoint takes GET and POST; export both.',
  },
  NONCE_REUSED: {
    meaning: 'Another upload, with other parameters, has used this nonce.',
    remedy: 'Make a new nonce for each upload; only the same parameters may be sent again.',
  },
  ORIGIN_REFUSED: {
    meaning: 'A page of another origin called the signing endpoint.',
    remedy: 'Serve the page from the same origin, or list its origin in the handler’s options.',
  },
  PARAMS_REFUSED: {
    meaning: 'The policy of the signing endpoint does not allow what the page asked for.',
    remedy: 'Each issue names the parameter and the rule; change the page or the preset.',
  },
  PARAM_INVALID: {
    meaning: 'A parameter has a value that it cannot have.',
    remedy: 'The message names the parameter, the value and what is allowed.',
  },
  PARAM_MISSING: {
    meaning: 'A required parameter is absent.',
    remedy: 'Send the parameter that the message names; blank values count as absent.',
  },
  PRESET_EXISTS: {
    meaning: 'There is already an upload preset of that name.',
    remedy: 'Choose another name, or change the preset that exists.',
  },
  PRESET_REFUSED: {
    meaning: 'The preset exists, and this user or this kind of upload may not use it.',
    remedy: 'Ask the endpoint which presets are open (GET), or allow unsigned use of the preset.',
  },
  PRESET_UNKNOWN: {
    meaning: 'There is no preset of that name.',
    remedy: 'Create it, or correct `uploadPreset`; without a name it is `default`.',
  },
  PUBLIC_ID_INVALID: {
    meaning: 'The public id has characters or segments that are not allowed.',
    remedy: 'Leave out control characters and the segments `.` and `..`.',
  },
  RATE_LIMITED: {
    meaning: 'Too many requests at once, or in a short time.',
    remedy: 'Wait for the seconds in `Retry-After`; the widget does so by itself.',
  },
  SIGNATURE_EXPIRED: {
    meaning: 'The signed timestamp is more than an hour old or far ahead.',
    remedy: 'Sign when you send, in seconds, and check the clock of the machine that signs.',
  },
  SIGNATURE_MISMATCH: {
    meaning: 'The signature does not fit the parameters that arrived.',
    remedy: "The server's log names the likely cause; see *A signed request* in the guide on keys.",
  },
  SIGNING_UNREACHABLE: {
    meaning: 'The widget got no usable answer from the signing endpoint.',
    remedy: 'Open `signatureEndpoint` in the browser: is it there, and are you signed in?',
  },
  SOURCE_REFUSED: {
    meaning: 'The bytes come from a place that the limits do not allow, such as a URL.',
    remedy: 'Upload the file itself, or add the source to the limits.',
  },
  SOURCE_UNREACHABLE: {
    meaning:
      'The address of a remote file brought no file: no such public host, no connection, or another status than 200.',
    remedy:
      'Open the address from another network; a host of your own is named in `COUNTERSIGN_REMOTE_ALLOW`.',
  },
  STORAGE_FULL: {
    meaning: 'The disk has no room for the upload above the free space that the operator keeps.',
    remedy: 'Make room, or lower `COUNTERSIGN_MIN_FREE_BYTES` and `COUNTERSIGN_MIN_FREE_PERCENT`.',
  },
  STORAGE_UNAVAILABLE: {
    meaning: 'The disk or the database does not take writes; nothing was acknowledged.',
    remedy: 'Look for free space and permissions; then upload again.',
  },
  TRANSFORMATION_INVALID: {
    meaning: 'The transformation in the URL cannot be read.',
    remedy: 'The message names the component and what was expected.',
  },
  TRANSFORMATION_REFUSED: {
    meaning:
      'The transformation can be read, and this server does not make it for an unsigned URL.',
    remedy: 'Sign the URL, name the transformation, or set `COUNTERSIGN_TRANSFORMATIONS=open`.',
  },
  UNAUTHORIZED: {
    meaning: 'Nobody is signed in, or the request carries no credentials.',
    remedy: 'Sign in; in the app, look at what `authorize` returns.',
  },
  UPLOAD_ABORTED: {
    meaning: 'The user or the page stopped the upload.',
    remedy: 'Nothing; start it again if it was a mistake.',
  },
})
