import { describe, expect, it } from 'vitest'
import type { Turn } from '../../core/images/turn-image.js'
import { turnedSize, uprightBox } from './turned-box.js'

const PICTURE = { widthPx: 400, heightPx: 300 }

// Expected boxes, worked out on paper: where a corner of the upright image is after a rotation clockwise.
const TURNS: readonly (readonly [Turn, object])[] = [
  [
    { degrees: 0, isFlipped: false },
    { x: 0, y: 0, width: 40, height: 30 },
  ],
  [
    { degrees: 90, isFlipped: false },
    { x: 0, y: 260, width: 30, height: 40 },
  ],
  [
    { degrees: 180, isFlipped: false },
    { x: 360, y: 270, width: 40, height: 30 },
  ],
  [
    { degrees: 270, isFlipped: false },
    { x: 370, y: 0, width: 30, height: 40 },
  ],
  [
    { degrees: 0, isFlipped: true },
    { x: 360, y: 0, width: 40, height: 30 },
  ],
  [
    { degrees: 90, isFlipped: true },
    { x: 0, y: 0, width: 30, height: 40 },
  ],
]

describe('uprightBox', () => {
  it.each(TURNS)(
    'converts the top left corner of an image turned by %j to %j of the upright image',
    (turn, box) => {
      expect(uprightBox({ x: 0, y: 0, width: 40, height: 30 }, PICTURE, turn)).toEqual(box)
    },
  )

  it('swaps width and height after a quarter turn', () => {
    expect(turnedSize(PICTURE, { degrees: 90, isFlipped: false })).toEqual({
      widthPx: 300,
      heightPx: 400,
    })
  })
})
