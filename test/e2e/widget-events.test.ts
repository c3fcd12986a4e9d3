import { describe, expect, it } from 'vitest'
import { choose, hears, infoOf, names, open, page, photo, stack, useStack } from './stack-page.js'

// Every order of events that the protocol's widget documents, with a real media server and signing
// endpoint.

useStack('widget-events')

describe('the order of events', () => {
  it('of one file: added, started, stored, ended, hidden, closed', async () => {
    await open()
    await choose(photo('a.png'))
    const heard = await hears('close')
    expect(names(heard)).toEqual([
      'display-changed',
      'upload-added',
      'queues-start',
      'success',
      'queues-end',
      'display-changed',
      'close',
    ])
    expect(heard[0]?.info).toBe('shown')
    expect(infoOf(heard, 'success')).toMatchObject({
      id: expect.stringMatching(/^uw-file\d+$/),
      batchId: expect.stringMatching(/^uw-batch\d+$/),
      resource_type: 'image',
      width: 40,
      height: 30,
      path: expect.stringMatching(/^v\d+\/.+\.png$/),
      thumbnail_url: expect.stringContaining('/image/upload/c_limit,h_60,w_90/'),
    })
  })

  it('of several files: all added, started once, stored in any order, ended once with all of them', async () => {
    await open()
    await choose(...['a', 'b', 'c', 'd'].map((name) => photo(`${name}.png`)))
    const heard = await hears('queues-end')
    expect(names(heard)).toEqual([
      'display-changed',
      ...Array(4).fill('upload-added'),
      'queues-start',
      ...Array(4).fill('success'),
      'queues-end',
    ])
    expect(infoOf(heard, 'queues-end')).toMatchObject({
      files: Array(4).fill({ status: 'success', done: true }),
    })
  })

  it('of a stopped file: abort, then the end, which lists the file', async () => {
    await open()
    // The signature never arrives, so the file stays in progress.
    await page.route('**/sign', (route) =>
      route.request().method() === 'POST' ? undefined : route.fallback(),
    )
    await choose(photo('a.png'))
    await hears('queues-start')
    await page.click('[data-test="cancel-all"]')
    const heard = await hears('queues-end')
    expect(names(heard)).toEqual([
      'display-changed',
      'upload-added',
      'queues-start',
      'abort',
      'queues-end',
    ])
    expect(heard[3]?.info).toMatchObject({ all: true, ids: [expect.stringMatching(/^uw-file/)] })
    expect(heard[4]?.info).toMatchObject({ files: [{ aborted: true, status: 'aborted' }] })
  })

  it('of a file that fails and is retried: failure, end, retry, stored, end', async () => {
    stack.refusal = { status: 401 }
    await open()
    await choose(photo('a.png'), photo('b.png'))
    await hears('queues-end')
    stack.refusal = null
    await page.click('[data-test="retry-all"]')
    const heard = await hears('queues-end', 2)
    const order = names(heard)
    expect(order.slice(0, order.indexOf('retry'))).toEqual([
      'display-changed',
      'upload-added',
      'upload-added',
      'queues-start',
      'upload-failed',
      'upload-failed',
      'queues-end',
    ])
    expect(order.slice(order.indexOf('retry'))).toEqual([
      'retry',
      'queues-start',
      'success',
      'success',
      'queues-end',
    ])
    expect(infoOf(heard, 'retry')).toMatchObject({ all: true })
  })

  it('of a file that the endpoint’s policy forbids: one failure with its text, no success', async () => {
    await open({ folder: 'elsewhere' })
    await choose(photo('a.png'))
    const heard = await hears('queues-end')
    expect(names(heard)).toEqual([
      'display-changed',
      'upload-added',
      'queues-start',
      'upload-failed',
      'queues-end',
    ])
    expect(heard[3]).toMatchObject({
      error: 'PARAMS_REFUSED',
      info: { status: expect.any(String) },
    })
    expect(heard[4]?.info).toMatchObject({ files: [{ failed: true, status: 'error' }] })
  })

  it('of a file that the media server refuses: one failure with its text, no success', async () => {
    await open()
    await choose({ ...photo('a.png'), buffer: Buffer.from('no picture at all') })
    const heard = await hears('queues-end')
    expect(names(heard)).toEqual([
      'display-changed',
      'upload-added',
      'queues-start',
      'upload-failed',
      'queues-end',
    ])
    expect(heard[3]?.info).toMatchObject({
      status: '400',
      statusText: 'This is not a picture we can open.',
    })
  })

  it('of too many files: the first ones are added, and the batch is reported as cut', async () => {
    await open({ maxFiles: 2, singleUploadAutoClose: false })
    await choose(photo('a.png'), photo('b.png'), photo('c.png'))
    const heard = await hears('queues-end')
    expect(names(heard).filter((name) => name === 'upload-added')).toHaveLength(2)
    expect(infoOf(heard, 'batch-cancelled')).toEqual({
      reason: 'MAX_EXCEEDED',
    })
  })

  it('of the bar: minimized, expanded', async () => {
    await open()
    await page.evaluate('widget.minimize(); widget.show()')
    const heard = await hears('display-changed', 3)
    expect(heard.map(({ info }) => info)).toEqual(['shown', 'minimized', 'expanded'])
  })
})

describe('a held upload', () => {
  it('starts when the page calls for it, and returns the files', async () => {
    await open({ autoUpload: false, singleUploadAutoClose: false })
    await choose(photo('a.png'))
    await hears('upload-added')
    const files = await page.evaluate(
      'widget.upload().then((files) => files.map(({ status }) => status))',
    )
    expect(files).toEqual(['success'])
    expect(names(await hears('queues-end'))).toEqual([
      'display-changed',
      'upload-added',
      'queues-start',
      'success',
      'queues-end',
    ])
  })
})
