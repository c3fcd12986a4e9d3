/** The files that `compare-looks.mjs` gives to every widget. @module */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { ROOT } from './repository.mjs'

/** @typedef {{ name: string, buffer: Buffer }} Picked */

/**
 * Creates the sets: eight photographs; and the same with one that is too large, one of another type, one that the server refuses and one whose connection breaks.
 *
 * @returns {Promise<{ good: Picked[], mixed: Picked[] }>}
 */
export async function comparedFiles() {
  const good = await Promise.all([
    photo('coffee', 'old-wooden-table-second-roll-final-edit.jpg', 4_600_000),
    photo('rocket', 'pad-39a.jpg', 1_800_000),
    photo('cat', 'chelsea.jpg', 2_400_000),
    photo('astronaut', 'portrait.jpg', 4_200_000, { left: 0.1, top: 0, side: 0.8 }),
    photo('coffee', 'espresso.jpg', 3_600_000, { left: 0.3, top: 0.05, side: 0.55 }),
    photo('cat', 'whiskers.jpg', 1_400_000, { left: 0.3, top: 0.25, side: 0.6 }),
    photo('rocket', 'night-launch.jpg', 2_700_000, { left: 0.25, top: 0.1, side: 0.6 }),
    photo('astronaut', 'helmet.jpg', 3_900_000, { left: 0.4, top: 0.45, side: 0.55 }),
  ])
  const [coffee, rocket, cat, portrait, espresso] = good
  if (!coffee || !rocket || !cat || !portrait || !espresso) throw new Error('no photographs')
  const mixed = [
    coffee,
    { ...rocket, name: 'launch-scan.jpg' },
    cat,
    { ...espresso, name: 'harbour-café.jpg' },
    { name: 'ridge-panorama.jpg', buffer: padded(portrait, 12_600_000) },
    { name: 'menu.pdf', buffer: Buffer.alloc(240_000) },
    portrait,
  ]
  return { good, mixed }
}

/**
 * Creates a photograph of a given size in bytes from a test photograph, or from a square of it.
 *
 * @param {string} source
 * @param {string} name
 * @param {number} bytes
 * @param {{ left: number, top: number, side: number }} [square] As fractions of the width and of the shorter side.
 * @returns {Promise<Picked>}
 */
async function photo(source, name, bytes, square) {
  const buffer = readFileSync(join(ROOT, 'test', 'e2e', 'photos', `${source}.jpg`))
  const { width, height } = await sharp(buffer).metadata()
  const shorter = Math.min(width, height)
  const side = Math.floor(shorter * (square?.side ?? 1))
  const cut = square
    ? await sharp(buffer)
        .extract({
          left: Math.min(Math.floor(width * square.left), width - side),
          top: Math.min(Math.floor(shorter * square.top), height - side),
          width: side,
          height: side,
        })
        .jpeg()
        .toBuffer()
    : buffer
  return { name, buffer: padded({ buffer: cut }, bytes) }
}

/**
 * Pads an image to a number of bytes. Decoders ignore bytes after the end of the image.
 *
 * @param {{ buffer: Buffer }} picture
 * @param {number} bytes
 */
function padded({ buffer }, bytes) {
  return Buffer.concat([buffer, Buffer.alloc(bytes - buffer.length)])
}
