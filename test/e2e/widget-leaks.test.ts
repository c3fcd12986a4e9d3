import { expect, it } from 'vitest'
import { context, leftovers, NOTHING, page, visit } from './widget-page.js'

const CYCLES = 200

/** What the page holds, garbage taken away. */
async function held(): Promise<{ nodes: number; listeners: number }> {
  const session = await context.newCDPSession(page)
  await session.send('Performance.enable')
  await session.send('HeapProfiler.enable')
  await session.send('HeapProfiler.collectGarbage')
  const { metrics } = await session.send('Performance.getMetrics')
  await session.detach()
  const metric = (name: string): number => metrics.find((each) => each.name === name)?.value ?? -1
  return { nodes: metric('Nodes'), listeners: metric('JSEventListeners') }
}

/** Create, open and destroy widgets, one after the other. */
function cycle(times: number): Promise<unknown> {
  return page.evaluate(`(async () => {
    for (let round = 0; round < ${times}; round += 1) {
      const one = cloudinary.createUploadWidget({ signatureEndpoint: '/sign' }, () => undefined)
      one.open()
      // Every other one is taken away while its view and its endpoint are still on their way.
      if (round % 2) while (!document.querySelector('countersign-widget')) await new Promise((resolve) => setTimeout(resolve))
      await one.destroy()
    }
  })()`)
}

it(`leaves no node and no listener in ${CYCLES} lives`, async () => {
  await visit()
  await cycle(10)
  const before = await held()
  await cycle(CYCLES)
  expect(await leftovers()).toEqual(NOTHING)
  // The last ones may still be on their way to the collector; a leak would be hundreds, and stay.
  await expect.poll(async () => (await held()).nodes - before.nodes).toBeLessThan(20)
  await expect.poll(async () => (await held()).listeners - before.listeners).toBeLessThan(5)
})
