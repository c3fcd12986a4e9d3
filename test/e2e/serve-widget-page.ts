/** A page with the widget under a strict policy, as a fake server serves it. @module */

import type { FakeServer } from '../../packages/widget/testing/fake-server.js'
import { widgetFiles } from './widget-files.js'

/** The policy that the widget must work under: no inline script or style, no foreign host. */
export const STRICT_POLICY = "default-src 'self'; img-src 'self' blob:; connect-src 'self'"

/** The page’s markup. */
export const PAGE = `<!doctype html><html lang="en"><head><title>A page</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/page.css"></head>
<body><main><h1>A page</h1><form id="form"><button type="button" id="open">Upload</button></form>
<div id="tall"></div></main><script src="/widget/all.js"></script><script src="/page.js"></script></body></html>`

const PAGE_STYLE = `#tall { height: 3000px } html { color-scheme: light dark }
@media (prefers-color-scheme: dark) { html { background: #14161a; color: #eee } }`

// What the callback hears is kept as plain data, for the test to read.
const PAGE_SCRIPT = `
const query = new URLSearchParams(location.search)
window.heard = []
window.violations = []
addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective + ' ' + event.blockedURI))
window.hear = (error, result) => heard.push({ error: error && error.message, event: result.event, info: JSON.parse(JSON.stringify(result.info ?? null)) })
window.widget = cloudinary.createUploadWidget(
  { signatureEndpoint: '/sign', ...JSON.parse(query.get('options') ?? '{}') }, hear)
document.querySelector('#open').addEventListener('click', (event) => widget.open(event))`

/** Adds the page and the widget's files to a fake server. */
export async function serveWidgetPage(server: FakeServer): Promise<void> {
  const javascript = { 'content-type': 'text/javascript' }
  server.pages
    .set('/', { body: PAGE, headers: { 'content-security-policy': STRICT_POLICY } })
    .set('/page.css', { body: PAGE_STYLE, headers: { 'content-type': 'text/css' } })
    .set('/page.js', { body: PAGE_SCRIPT, headers: javascript })
    .set('/favicon.ico', { body: '' })
  for (const [path, file] of await widgetFiles(server.origin)) server.pages.set(path, file)
}
