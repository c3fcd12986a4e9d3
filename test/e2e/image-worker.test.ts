/** The worker for pictures, with code of the test before its own, in a real browser. */

import { beforeEach, expect, it } from 'vitest'
import { choose, openWidget, type PageSettings, page, png, server, until } from './widget-page.js'

/** Tells every task that a worker gets. */
const TELLING = `
const worker = crypto.randomUUID()
addEventListener('message', ({ data: { task, args: [{ name }] } }) => {
  new BroadcastChannel('told').postMessage({ worker, task: task + ' ' + name })
})`

/** Let code run in the worker before its own. */
function beforeWorker(code: string): void {
  for (const [path, answer] of server.pages) {
    if (path.startsWith('/widget/image-worker-')) {
      server.pages.set(path, { ...answer, body: `${code}\n${answer.body}` })
    }
  }
}

/** Open the widget, and keep what its workers tell. */
async function openListening(settings?: PageSettings): Promise<void> {
  await openWidget(settings)
  await page.evaluate(`{
    window.told = []
    new BroadcastChannel('told').onmessage = ({ data }) => told.push(data)
  }`)
}

beforeEach(() => beforeWorker(TELLING))

it('makes all pictures fit in one worker', async () => {
  await openListening({ options: { maxImageWidth: 20 } })
  await choose(png('a.png'), png('b.png'), png('c.png'))
  await until(`told.filter(({ task }) => task.startsWith('fit ')).length === 3`)
  const workers = await page.evaluate(
    `told.filter(({ task }) => task.startsWith('fit ')).map(({ worker }) => worker)`,
  )
  expect(new Set(workers as string[]).size).toBe(1)
})
