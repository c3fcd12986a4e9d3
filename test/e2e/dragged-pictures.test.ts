/** Tests pictures and links that are dragged from another web page, in a real browser. */

import { describe, expect, it } from 'vitest'
import { dropTexts } from './drop-files.js'
import { choose, hears, neverAnswer, openWidget, page, png, server } from './widget-page.js'

const PICTURE = 'https://photos.example/cat.jpg?w=9&h=9'
const SENTENCE = 'Pictures of other pages cannot be added. Save the picture, then choose the file.'
const WITH_LINKS = { options: { sources: ['local', 'url'], singleUploadAutoClose: false } }

describe('with the link source', () => {
  it.each([
    [
      'a picture inside a link',
      {
        'text/html': `<a href="https://photos.example/album"><img alt="" src="${PICTURE.replace('&', '&amp;')}"></a>`,
        'text/uri-list': 'https://photos.example/album',
      },
    ],
    ['an address alone', { 'text/uri-list': `# A cat\r\n${PICTURE}\r\n` }],
  ])('%s is uploaded from its address', async (_, texts) => {
    await openWidget(WITH_LINKS)
    await dropTexts(page.locator('.drop'), texts)
    await hears('success')
    expect(server.uploads.map(({ fields }) => fields.file)).toEqual([PICTURE])
    await hears('source-changed')
  })

  it('a picture without an address shows a sentence', async () => {
    await openWidget(WITH_LINKS)
    const src = `data:image/png;base64,${png('').buffer.toString('base64')}`
    await dropTexts(page.locator('.drop'), {
      'text/html': `<img src="${src}">`,
      'text/uri-list': src,
    })
    await page.locator('[data-test=notice]').getByText(SENTENCE).waitFor()
    expect(server.uploads).toEqual([])
  })

  it('runs no script of the other page', async () => {
    await openWidget(WITH_LINKS)
    await dropTexts(page.locator('.drop'), {
      'text/html':
        '<img src="x:y" onerror="window.isHacked = true"><script>isHacked = true</script>',
      'text/uri-list': 'javascript:window.isHacked=true',
    })
    await page.locator('[data-test=notice]').getByText(SENTENCE).waitFor()
    expect(await page.evaluate('window.isHacked')).toBeUndefined()
    expect(await page.evaluate('violations')).toEqual([])
  })
})

describe('without the link source', () => {
  it('a picture shows a sentence, and nothing is sent', async () => {
    await openWidget()
    await dropTexts(page.locator('.drop'), {
      'text/html': `<img src="${PICTURE}">`,
      'text/uri-list': PICTURE,
    })
    await page.locator('[data-test=notice]').getByText(SENTENCE).waitFor()
    expect([server.signings, server.uploads]).toEqual([[], []])
  })

  it('a link that is dropped outside the widget is handled by the page', async () => {
    neverAnswer()
    await openWidget()
    await choose(png('a.png'))
    await page.waitForSelector('.row')
    await page.evaluate(`{
      widget.minimize()
      window.drops = []
      addEventListener('drop', (event) => {
        drops.push(event.defaultPrevented)
        event.preventDefault()
      })
      addEventListener('dragover', (event) => event.preventDefault())
    }`)
    await dropTexts(page.locator('h1'), { 'text/uri-list': PICTURE })
    await expect.poll(() => page.evaluate('drops')).toEqual([false])
  })
})
