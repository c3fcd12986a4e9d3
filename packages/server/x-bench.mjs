import http from 'node:http'
import { Worker, isMainThread, workerData, parentPort } from 'node:worker_threads'
if (!isMainThread) {
  const { port, path, ms } = workerData
  const agent = new http.Agent({ keepAlive: true, maxSockets: 50 })
  let n = 0; const end = Date.now() + ms
  await Promise.all(Array.from({ length: 50 }, async () => { while (Date.now() < end) { await new Promise((res, rej) => http.get({ port, host:'127.0.0.1', path, agent }, r => { r.resume(); r.on('end', res) }).on('error', rej)); n++ } }))
  parentPort.postMessage(n); agent.destroy()
} else {
  const { default: Fastify } = await import('fastify')
  const { createSqliteCatalog } = await import('./dist/catalog/sqlite.js')
  const { createDiskBlobStore } = await import('./dist/storage/disk.js')
  const { createStagingFolder } = await import('./dist/storage/staging.js')
  const { createKeyRing } = await import('./dist/access/key-ring.js')
  const { readConfig } = await import('./dist/config.js')
  const { registerDelivery } = await import('./dist/routes/delivery.js')
  const sharp = (await import('sharp')).default
  const { mkdtempSync, rmSync } = await import('node:fs'); const { randomBytes } = await import('node:crypto')
  const root = mkdtempSync('/tmp/d/b-')
  const catalog = await createSqliteCatalog({ path: root + '/c.db' }); const blobs = await createDiskBlobStore({ root }); const staging = await createStagingFolder(root)
  const keys = await createKeyRing({ configured: [{ cloud: 'demo', id: '1', secret: 's', scopes: ['deliver'], state: 'active' }], catalog })
  const services = { config: { ...readConfig({}), transformations: 'open', storageFolder: root }, catalog, blobs, staging, keys, log: console, now: Date.now, publicUrl: () => '' }
  const app = Fastify(); registerDelivery(app, services); await app.listen({ port: 9250 })
  const bytes = await sharp({ create: { width: 600, height: 400, channels: 3, background: 'red', noise: { type: 'gaussian', mean: 128, sigma: 30 } } }).jpeg().toBuffer()
  const { stagingId, path, handle } = await staging.create(); await handle.writeFile(bytes); await handle.close()
  await blobs.write('demo', { stagingId, path, bytes: bytes.length, md5: 'a'.repeat(32), sync: async () => {}, discard: async () => {} })
  await catalog.commitUpload({ asset: { cloud: 'demo', resourceType: 'image', deliveryType: 'upload', publicId: 'a/b', format: 'jpg', widthPx: 1, heightPx: 1, tags: [], context: {}, extra: {}, assetFolder: '', displayName: '', originalFilename: null }, blob: { blobId: stagingId, bytes: bytes.length, md5: 'a'.repeat(32) }, ids: { assetId: randomBytes(16).toString('hex'), versionId: randomBytes(16).toString('hex') }, overwrite: true, now: Date.now() })
  const d = await (await fetch('http://127.0.0.1:9250/demo/image/upload/c_fill,w_300,h_300/f_auto,q_auto/v1/a/b.jpg')).arrayBuffer()
  const floorBody = Buffer.from(d)
  console.log('derivative', d.byteLength, 'original', bytes.length)
  const floor = http.createServer((q, r) => { r.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': floorBody.length }); r.end(floorBody) }).listen(9251)
  const run = (port, path) => new Promise(res => new Worker(new URL(import.meta.url), { workerData: { port, path, ms: 2500 } }).on('message', n => res(Math.round(n / 2.5))))
  const P = '/demo/image/upload/'
  for (let i = 0; i < 3; i++) console.log('floor', await run(9251, '/'), 'hot', await run(9250, P + 'c_fill,w_300,h_300/f_auto,q_auto/v1/a/b.jpg'), 'original', await run(9250, P + 'v1/a/b.jpg'))
  await app.close(); floor.close(); floor.closeAllConnections(); await catalog.close(); rmSync(root, { recursive: true }); process.exit()
}
