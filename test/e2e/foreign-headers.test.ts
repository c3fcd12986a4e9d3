/** Tests a page whose HTTP client adds headers to every request, with the real server at another origin. */

import { expect, it } from 'vitest'
import { addressOf, choose, hears, infoOf, page, photo, stack, useStack } from './stack-page.js'

useStack('foreign-headers')

/** Headers of tracing, CSRF protection, client hints and an app's sign-in. */
const HEADERS = {
  authorization: 'Bearer eyJhbGciOiJIUzI1NiJ9.e30.x',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  'sentry-trace': '0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1',
  baggage: 'sentry-environment=production',
  dpr: '2',
  'viewport-width': '1280',
  'x-csrf-token': 'token',
  'x-requested-with': 'XMLHttpRequest',
}

/** Runs in the page before its scripts: every request of fetch and XMLHttpRequest gets the headers. */
function addHeaders(headers: Record<string, string>): void {
  const { fetch, XMLHttpRequest } = globalThis
  globalThis.fetch = (input, init) => {
    const request = new Request(input, init)
    for (const [name, value] of Object.entries(headers)) request.headers.set(name, value)
    return fetch(request)
  }
  const { send } = XMLHttpRequest.prototype
  XMLHttpRequest.prototype.send = function (body) {
    for (const [name, value] of Object.entries(headers)) this.setRequestHeader(name, value)
    send.call(this, body)
  }
}

it('uploads from another origin, and reads the stored picture', async () => {
  expect(new URL(stack.mediaServer).origin).not.toBe(stack.origin)
  await page.addInitScript(addHeaders, HEADERS)
  await page.goto(addressOf({ singleUploadAutoClose: false }))
  await page.evaluate('widget.open()')
  await page.waitForSelector('dialog[open] [data-test="browse"]')
  const sent = page.waitForRequest(
    (request) => request.method() === 'POST' && request.url().startsWith(stack.mediaServer),
  )
  await choose(photo('holiday.png'))
  const heard = await hears('success')
  expect((await sent).headers()).toMatchObject(HEADERS)
  const { secure_url: url, bytes } = infoOf(heard, 'success') as {
    secure_url: string
    bytes: number
  }
  const read = `fetch(${JSON.stringify(url)}).then((answer) => answer.arrayBuffer()).then(({ byteLength }) => byteLength)`
  expect(await page.evaluate(read)).toBe(bytes)
})

it('keeps the Admin API closed to the page', async () => {
  await page.addInitScript(addHeaders, HEADERS)
  await page.goto(addressOf({}))
  for (const path of ['resources', '%72esources', 'upload_presets', 'ping']) {
    const url = `${stack.mediaServer}/v1_1/stack/${path}`
    const read = `fetch(${JSON.stringify(url)}).then(({ status }) => status, ({ name }) => name)`
    expect(await page.evaluate(read)).toBe('TypeError')
  }
})
