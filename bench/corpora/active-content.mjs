/**
 * Files that would run scripts if a browser trusted their content over their declared type. @module
 */

import sharp from 'sharp'

/** @typedef {{ name: string, bytes: Buffer, resourceType: 'raw' | 'image', type: string }} ActiveFile */

/** A call that informs the test page, and an alert that a person would see. */
const CALL = 'try{pwned()}catch(e){};alert(1)'
const SCRIPT = `<script>${CALL}</script>`

const PAGES = [
  `<!doctype html><html><body>${SCRIPT}</body></html>`,
  `<html>${SCRIPT}`,
  SCRIPT,
  `\n\n \t<SCRIPT>${CALL}</SCRIPT>`,
  `<!-- ${'x'.repeat(600)} -->${SCRIPT}`,
  `<img src=x onerror="${CALL}">`,
  `<svg onload="${CALL}"></svg>`,
  `<iframe srcdoc="${SCRIPT}"></iframe>`,
  `<body onload="${CALL}">`,
  `<details open ontoggle="${CALL}"><summary>x</summary></details>`,
  `<meta http-equiv="refresh" content="0;url=javascript:${CALL}">`,
  `<object data="data:text/html,${encodeURIComponent(SCRIPT)}"></object>`,
]
const ENCODED = [
  Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(SCRIPT)]),
  Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(`<html>${SCRIPT}`, 'utf16le')]),
  Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(`<html>${SCRIPT}`, 'utf16le').swap16()]),
  Buffer.from(`+ADw-script+AD4-${CALL}+ADw-/script+AD4-`),
  Buffer.from(`\u001b$B<html>${SCRIPT}`, 'latin1'),
]
const NAMES = [
  'x.html',
  'x.htm',
  'x.xhtml',
  'x.shtml',
  'x.xml',
  'x.svg',
  'x.txt',
  'x.jpg',
  'x.pdf',
  'x',
  'x.html.jpg',
  'x.mht',
]
const SCRIPTS = ['x.js', 'x.mjs', 'x.json', 'x.css', 'x.wasm', 'x.swf', 'x.hta', 'x.xsl']
const SVG = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
const SVGS = [
  `<svg ${SVG}><script>${CALL}</script></svg>`,
  `<svg ${SVG} onload="${CALL}"/>`,
  `<?xml version="1.0"?><svg ${SVG}><script href="data:text/javascript,${CALL}"/></svg>`,
  `<svg ${SVG}><foreignObject><body xmlns="http://www.w3.org/1999/xhtml" onload="${CALL}"/></foreignObject></svg>`,
  `<svg ${SVG}><animate onbegin="${CALL}" attributeName="x" dur="1s"/></svg>`,
  `<svg ${SVG}><set onbegin="${CALL}" attributeName="x" to="1"/></svg>`,
  `<svg ${SVG}><image href="x" onerror="${CALL}"/></svg>`,
  `<!DOCTYPE svg [<!ENTITY x "<script xmlns='http://www.w3.org/2000/svg'>${CALL}</script>">]><svg ${SVG}>&x;</svg>`,
  `<!DOCTYPE svg [<!ENTITY j "javascript:${CALL}">]><svg ${SVG}><a href="&j;"><text y="9">x</text></a><animate attributeName="href" to="&j;"/></svg>`,
  `<!DOCTYPE svg [<!ENTITY e "${CALL}">]><svg ${SVG} onload="&e;"><script>&e;</script></svg>`,
  `<!DOCTYPE svg [<!ATTLIST svg onload CDATA "${CALL}">]><svg ${SVG}/>`,
  `<s:svg xmlns:s="http://www.w3.org/2000/svg" onload="${CALL}"><s:script>${CALL}</s:script></s:svg>`,
  `<svg ${SVG}><script><![CDATA[${CALL}]]></script></svg>`,
  `<svg ${SVG}><script>&#116;&#114;&#121;{pwned()}catch(e){}</script></svg>`,
  `<?xml-stylesheet href="javascript:${CALL}"?><svg ${SVG} onload="${CALL}"/>`,
  `\ufeff<svg ${SVG} onload="${CALL}"/>`,
  `<!--c--><svg ${SVG}><style>@import "javascript:${CALL}"</style><script>${CALL}</script></svg>`,
]

/** Creates at least 150 files. @returns {Promise<ActiveFile[]>} */
export async function createActiveContent() {
  const pages = [...PAGES.map((text) => Buffer.from(text)), ...ENCODED]
  return [
    ...pages.flatMap((bytes) => NAMES.map((name) => raw(name, bytes, 'text/html'))),
    ...SCRIPTS.map((name) => raw(name, Buffer.from(CALL), 'text/javascript')),
    ...SVGS.flatMap((text) => [
      raw('x.svg', Buffer.from(text), 'image/svg+xml'),
      raw('x.xml', Buffer.from(text), 'application/xml'),
      image('x.svg', Buffer.from(text), 'image/svg+xml'),
    ]),
    ...(await polyglots()),
    image(
      'x.pdf',
      Buffer.from(`%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(${CALL})>>>>endobj\n${SCRIPT}`),
      'application/pdf',
    ),
    raw(
      'x.xml',
      Buffer.from(
        `<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="data:text/xsl,${encodeURIComponent(xslt())}"?><a/>`,
      ),
      'application/xml',
    ),
  ]
}

/** Creates images that decode and also contain a page. */
async function polyglots() {
  const create = { width: 4, height: 4, channels: /** @type {const} */ (3), background: 'red' }
  const formats = /** @type {const} */ (['jpeg', 'png', 'webp', 'gif'])
  const files = await Promise.all(
    formats.map(async (format) => {
      const bytes = await sharp({ create })
        .withExif({
          IFD0: { ImageDescription: SCRIPT, Copyright: `"><img src=x onerror="${CALL}">` },
        })
        .toFormat(format)
        .toBuffer()
      const appended = Buffer.concat([bytes, Buffer.from(`\n<html>${SCRIPT}`)])
      return [bytes, appended].flatMap((content) => [
        image(`x.${format}`, content, `image/${format}`),
        image('x.html', content, 'text/html'),
        raw('x.html', content, 'text/html'),
      ])
    }),
  )
  return files.flat()
}

function xslt() {
  return `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/"><html>${SCRIPT}</html></xsl:template></xsl:stylesheet>`
}

/** @param {string} name @param {Buffer} bytes @param {string} type @returns {ActiveFile} */
function raw(name, bytes, type) {
  return { name, bytes, type, resourceType: 'raw' }
}

/** @param {string} name @param {Buffer} bytes @param {string} type @returns {ActiveFile} */
function image(name, bytes, type) {
  return { name, bytes, type, resourceType: 'image' }
}
