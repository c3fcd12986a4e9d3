import { expect, it } from 'vitest'
import { context, leftovers, NOTHING, page, visit } from './widget-page.js'

const CYCLES = 200

/** Counts nodes and listeners of the page after a garbage collection. */
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

/** Creates, opens and destroys widgets, one after the other. */
function cycle(times: number): Promise<unknown> {
  return page.evaluate(`(async () => {
    for (let round = 0; round < ${times}; round += 1) {
      const one = cloudinary.createUploadWidget({ signatureEndpoint: '/sign' }, () => undefined)
      one.open()
      // Every second widget is destroyed while its view and the endpoint's answer are still loading.
      if (round % 2) while (!document.querySelector('countersign-widget')) await new Promise((resolve) => setTimeout(resolve))
      await one.destroy()
    }
  })()`)
}

it(`leaves no node and no listener after ${CYCLES} widgets`, async () => {
  await visit()
  await cycle(10)
  const before = await held()
  await cycle(CYCLES)
  expect(await leftovers()).toEqual(NOTHING)
  // The last nodes may not be collected yet. A leak would be hundreds, and would stay.
  await expect.poll(async () => (await held()).nodes - before.nodes).toBeLessThan(20)
  await expect.poll(async () => (await held()).listeners - before.listeners).toBeLessThan(5)
})
