/**
 * Replaces this package in browser bundles. Exports nothing, so that the build fails at the import. Throws at run time if a bundler
 * ignores the missing export.
 * @module
 */

throw new Error(
  '@countersign/endpoint signs uploads with your API secret and runs on a server only, but browser code imports it. ' +
    'Import it in a route, and give the page its address: signatureEndpoint="/api/sign-cloudinary-params". ' +
    'If this is server code, let its bundler resolve the export condition "workerd", "edge-light" or "node".',
)
