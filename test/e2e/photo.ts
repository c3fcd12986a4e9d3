/** Creates a photograph to upload. @module */

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { ARTIFACTS } from './free-port.js'

/** Size of the photo in pixels. */
export const PHOTO_SIZE: { readonly width: number; readonly height: number } = {
  width: 1280,
  height: 853,
}

/**
 * Writes a JPEG of an evening sky over hills with camera grain, about half a megabyte.
 *
 * @param name File name, such as `evening.jpg`.
 * @returns Absolute path.
 */
export async function makePhoto(name: string): Promise<string> {
  const { width, height } = PHOTO_SIZE
  const folder = join(ARTIFACTS, 'photos')
  mkdirSync(folder, { recursive: true })
  const path = join(folder, name)
  const grain = await sharp({
    create: {
      width,
      height,
      channels: 3,
      background: 'gray',
      noise: { type: 'gaussian', mean: 128, sigma: 14 },
    },
  })
    .png()
    .toBuffer()
  await sharp(Buffer.from(landscape(width, height)))
    .composite([{ input: grain, blend: 'soft-light' }])
    .jpeg({ quality: 88 })
    .toFile(path)
  return path
}

function landscape(width: number, height: number): string {
  const hill = (top: number, sway: number, color: string) =>
    `<path fill="${color}" d="M0 ${top} C ${width * 0.3} ${top - sway}, ${width * 0.6} ${top + sway}, ${width} ${top - sway / 2} V ${height} H 0 Z"/>`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs><linearGradient id="sky" x2="0" y2="1"><stop stop-color="#27406b"/><stop offset=".55" stop-color="#d98b6a"/><stop offset=".8" stop-color="#f6d7a3"/></linearGradient></defs>
    <rect width="100%" height="100%" fill="url(#sky)"/>
    <circle cx="${width * 0.68}" cy="${height * 0.56}" r="62" fill="#fff1cf"/>
    ${hill(height * 0.66, 120, '#5b6a86')}${hill(height * 0.76, -90, '#3c4d63')}${hill(height * 0.88, 70, '#22303f')}
  </svg>`
}
