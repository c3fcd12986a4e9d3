/** Page with the widget under a strict policy, served by a fake server. @module */

import type { FakeServer } from '../../packages/widget/testing/fake-server.js'
import { widgetFiles } from './widget-files.js'

/** Policy under which the widget must work: no inline script or style, no foreign host. */
export const STRICT_POLICY = "default-src 'self'; img-src 'self' blob:; connect-src 'self'"

/** The page’s markup: a photo app without other controls, so that focus starts at the button. */
export const PAGE = `<!doctype html><html lang="en"><head><title>Field notes</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/page.css"></head>
<body><header><b>Field notes</b><span>Albums</span><span>Shared</span><i>AK</i></header>
<main><h1>Spring menu</h1><p>24 photos, shared with 3 people</p>
<form id="form"><button type="button" id="open">Upload</button></form>
<ul>${'<li></li>'.repeat(8)}</ul><div id="tall"></div></main>
<script src="/widget/all.js"></script><script src="/page.js"></script></body></html>`

const PAGE_STYLE = `#tall { height: 3000px }
html { color-scheme: light dark; background: #f6f7f9; color: #1b1f24; font: 16px/1.5 system-ui, sans-serif }
body { margin: 0 }
header { display: flex; gap: 16px; align-items: center; padding: 12px 24px; background: #fff; border-bottom: 1px solid #dfe3e8 }
header b { font-size: 18px; flex: 1; white-space: nowrap }
header i { flex: none; width: 32px; line-height: 32px; border-radius: 50%; background: #3b5b8c; color: #fff; text-align: center; font: 600 14px/32px system-ui, sans-serif }
main { max-width: 960px; margin: 0 auto; padding: 24px }
h1 { font-size: 26px; margin: 0 }
main p { margin: 0 0 16px; color: #57606a }
#open { font: 600 16px/1 system-ui, sans-serif; padding: 12px 20px; border: 0; border-radius: 8px; background: #1d4ed8; color: #fff }
ul { list-style: none; margin: 24px 0; padding: 0; display: grid; gap: 12px; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)) }
li { aspect-ratio: 4 / 3; border-radius: 8px; background: #c8b69d }
li:nth-child(3n) { background: #8fa79a }
li:nth-child(4n + 1) { background: #6f86a3 }
li:nth-child(5n + 2) { background: #d99f77 }
@media (prefers-color-scheme: dark) {
  html { background: #14161a; color: #eee }
  header { background: #1c1f24; border-color: #33383f }
  main p { color: #a9b1ba }
  li { filter: brightness(0.7) }
}`

// The callback's calls are kept as plain data, so that the test can read them.
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
