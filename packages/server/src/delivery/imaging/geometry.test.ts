import { parseTransformation } from '@countersign/protocol/transformation'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Geometry, planGeometry } from './geometry.js'

function plan(widthPx: number, heightPx: number, text: string): Geometry | null {
  const [component = {}] = parseTransformation(text).components
  return planGeometry({ widthPx, heightPx }, component)
}

function sizeOf(geometry: Geometry | null): string | null {
  return geometry && `${geometry.output.widthPx}x${geometry.output.heightPx}`
}

// The expected sizes are computed by hand from the protocol's crop table.
describe('output size of a 1000x500 image', () => {
  it.each([
    ['c_scale,w_400', '400x200'],
    ['w_400', '400x200'],
    ['h_100', '200x100'],
    ['c_scale,w_400,h_400', '400x400'],
    ['w_0.5', '500x250'],
    ['w_1.5', '1500x750'],
    ['h_1.0', '1000x500'],
    ['w_1', '1x1'],
    ['c_fit,w_400,h_400', '400x200'],
    ['c_fit,w_4000,h_1000', '2000x1000'],
    ['c_fit,h_50', '100x50'],
    ['c_limit,w_400,h_400', '400x200'],
    ['c_limit,w_4000,h_4000', '1000x500'],
    ['c_limit,w_2000,h_100', '200x100'],
    ['c_limit,h_60,w_90', '90x45'],
    ['c_fill,w_400,h_400', '400x400'],
    ['c_fill,w_2000,h_2000', '2000x2000'],
    ['c_fill,w_300', '300x150'],
    ['c_pad,w_400,h_400', '400x400'],
    ['c_pad,w_2000,h_2000', '2000x2000'],
    ['c_pad,w_300', '300x150'],
  ])('by %s is %s', (text, size) => expect(sizeOf(plan(1000, 500, text))).toBe(size))

  it.each(['c_fill', 'q_80', 'f_auto', 'g_north'])('is not changed by %s', (text) =>
    expect(plan(1000, 500, text)).toBeNull(),
  )
})

describe('fill', () => {
  it('scales by the larger factor and cuts the rest', () =>
    expect(plan(1000, 500, 'c_fill,w_400,h_400')).toEqual({
      scaled: { widthPx: 800, heightPx: 400 },
      cut: { leftPx: 200, topPx: 0, widthPx: 400, heightPx: 400 },
      output: { widthPx: 400, heightPx: 400 },
    }))

  it.each([
    ['north_west', 0, 0],
    ['north', 200, 0],
    ['north_east', 400, 0],
    ['west', 0, 0],
    ['center', 200, 0],
    ['east', 400, 0],
    ['south_west', 0, 0],
    ['south', 200, 0],
    ['south_east', 400, 0],
  ])('with g_%s cuts a wide image at %i,%i', (gravity, leftPx, topPx) =>
    expect(plan(1000, 500, `c_fill,w_400,h_400,g_${gravity}`)?.cut).toMatchObject({
      leftPx,
      topPx,
    }),
  )

  it.each([
    ['north', 0],
    ['center', 200],
    ['south_east', 400],
  ])('with g_%s cuts a tall image %i from the top', (gravity, topPx) =>
    expect(plan(500, 1000, `c_fill,w_400,h_400,g_${gravity}`)?.cut).toMatchObject({
      leftPx: 0,
      topPx,
    }),
  )
})

describe('pad', () => {
  it.each([
    ['center', 0, 100],
    ['north', 0, 0],
    ['south_east', 0, 200],
  ])('with g_%s puts a wide image at %i,%i', (gravity, leftPx, topPx) =>
    expect(plan(1000, 500, `c_pad,w_400,h_400,g_${gravity}`)).toEqual({
      scaled: { widthPx: 400, heightPx: 200 },
      place: { leftPx, topPx },
      output: { widthPx: 400, heightPx: 400 },
    }),
  )
})

describe('the geometry of any image and box', () => {
  const side = fc.integer({ min: 1, max: 16_383 })
  const box = fc.record({ w: side, h: side, iw: side, ih: side })

  it('has whole sizes of at least one pixel', () =>
    fc.assert(
      fc.property(box, fc.constantFrom('scale', 'fit', 'limit', 'fill', 'pad'), (sizes, crop) => {
        const geometry = plan(sizes.iw, sizes.ih, `c_${crop},w_${sizes.w},h_${sizes.h}`)
        for (const size of [geometry?.scaled, geometry?.output]) {
          expect(Number.isInteger(size?.widthPx) && Number.isInteger(size?.heightPx)).toBe(true)
          expect(Math.min(size?.widthPx ?? 0, size?.heightPx ?? 0)).toBeGreaterThanOrEqual(1)
        }
      }),
    ))

  it('covers the box with fill, fits into it with fit, and never enlarges with limit', () =>
    fc.assert(
      fc.property(box, ({ w, h, iw, ih }) => {
        const fill = plan(iw, ih, `c_fill,w_${w},h_${h}`)
        expect((fill?.scaled.widthPx ?? 0) >= w && (fill?.scaled.heightPx ?? 0) >= h).toBe(true)
        const fit = plan(iw, ih, `c_fit,w_${w},h_${h}`)
        expect((fit?.output.widthPx ?? 0) <= w && (fit?.output.heightPx ?? 0) <= h).toBe(true)
        const limit = plan(iw, ih, `c_limit,w_${w},h_${h}`)
        expect((limit?.output.widthPx ?? 0) <= iw && (limit?.output.heightPx ?? 0) <= ih).toBe(true)
      }),
    ))
})
