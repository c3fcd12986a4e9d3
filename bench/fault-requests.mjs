/** The requests that `fault-loops.mjs` sends while calls fail. @module */

import { randomBytes } from 'node:crypto'
import { signedForm } from './signed-form.mjs'

/**
 * @typedef {object} Outcome
 * @property {readonly number[]} statuses
 * @property {readonly string[]} texts
 */

export const KEY = {
  cloud: 'faults',
  id: '123456789012345',
  secret: 'fault-loops-secret-0000000000001',
}
export const CHUNK_BYTES = 50_000

/** @param {{ address: string }} bench @param {readonly { bytes: Buffer, publicId?: string, nonce?: string }[]} files */
export async function uploads({ address }, files) {
  return together(
    files.map(({ bytes, publicId, nonce }) => {
      const form = signedForm(KEY, {
        ...(publicId ? { public_id: publicId } : {}),
        ...(nonce ? { nonce } : {}),
      })
      form.append('file', new Blob([bytes]), 'x.bin')
      return fetch(`${address}/v1_1/${KEY.cloud}/raw/upload`, { method: 'POST', body: form })
    }),
  )
}

/** Uploads two parts; the last one joins them. @param {{ address: string }} bench */
export async function chunks({ address }) {
  const bytes = randomBytes(CHUNK_BYTES + 1000)
  const id = randomBytes(8).toString('hex')
  const answers = []
  for (const [first, last] of [
    [0, CHUNK_BYTES - 1],
    [CHUNK_BYTES, bytes.length - 1],
  ]) {
    const form = signedForm(KEY, { public_id: `chunked-${id}` })
    form.append('file', new Blob([bytes.subarray(first, Number(last) + 1)]), 'x.bin')
    const send = () =>
      fetch(`${address}/v1_1/${KEY.cloud}/raw/upload`, {
        method: 'POST',
        body: form,
        headers: {
          'x-unique-upload-id': id,
          'content-range': `bytes ${first}-${last}/${bytes.length}`,
        },
      })
    const answer = await together([send()])
    answers.push(answer)
    // Clients send a failed part again.
    if (answer.statuses[0] !== 200) answers.push(await together([send()]))
  }
  return {
    statuses: answers.flatMap(({ statuses }) => statuses),
    texts: answers.flatMap(({ texts }) => texts),
  }
}

/** @param {{ address: string }} bench @param {string} action @param {Record<string, string>} params */
export async function call({ address }, action, params) {
  const url = `${address}/v1_1/${KEY.cloud}/raw/${action}`
  return together([fetch(url, { method: 'POST', body: signedForm(KEY, params) })])
}

/** @param {string} url */
export async function read(url) {
  return together([fetch(url)])
}

/** @param {readonly Promise<Response>[]} requests @returns {Promise<Outcome>} */
export async function together(requests) {
  const answers = await Promise.all(
    requests.map(async (request) => {
      try {
        const response = await request
        const text = Buffer.from(await response.arrayBuffer()).toString('latin1')
        return { status: response.status, text }
      } catch (error) {
        // A download that broke off after its headers had been sent.
        return { status: 0, text: String(error) }
      }
    }),
  )
  return { statuses: answers.map(({ status }) => status), texts: answers.map(({ text }) => text) }
}

/** @param {() => Promise<unknown>} action @returns {Promise<Outcome>} */
export async function acted(action) {
  try {
    return { statuses: [200], texts: [JSON.stringify(await action())] }
  } catch (error) {
    return {
      statuses: [500],
      texts: [String((error instanceof Error && 'code' in error && error.code) || error)],
    }
  }
}
