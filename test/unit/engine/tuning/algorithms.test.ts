import { describe, expect, it } from 'vitest'
import { planFrom } from '../../../../src/main/engine/tuning/algorithms'

/** Seconds of every pass by each algorithm. */
const all = (seconds: Record<string, number>): Map<string, number> =>
  new Map(
    ['forward', 'inputGradient', 'filterGradient'].flatMap((pass) =>
      Object.entries(seconds).map(([algorithm, time]): [string, number] => [`${pass} ${algorithm}`, time])
    )
  )
const everywhere = (algorithm: string) => ({
  forward: algorithm,
  inputGradient: algorithm,
  filterGradient: algorithm
})

describe('the algorithm of each pass of a convolution', () => {
  it('is the faster one', () => {
    expect(planFrom(all({ direct: 2, taps: 1 }), ['taps'])).toEqual(everywhere('taps'))
    expect(planFrom(all({ direct: 1, taps: 2 }), ['taps'])).toEqual(everywhere('direct'))
  })

  it('is the fastest of several, in whatever order they come', () => {
    const times = all({ direct: 3, taps: 2, columns: 1 })
    expect(planFrom(times, ['taps', 'columns'])).toEqual(everywhere('columns'))
    expect(planFrom(times, ['columns', 'taps'])).toEqual(everywhere('columns'))
  })

  it('is chosen for each pass by its own times', () => {
    const times = all({ direct: 1, taps: 2 }).set('inputGradient taps', 0.5)
    expect(planFrom(times, ['taps'])).toEqual({ ...everywhere('direct'), inputGradient: 'taps' })
  })

  it('stays direct where little is gained: another rounding is not worth it', () => {
    expect(planFrom(all({ direct: 1, taps: 0.94 }), ['taps'])).toEqual(everywhere('direct'))
    expect(planFrom(all({ direct: 1, taps: 0.92 }), ['taps'])).toEqual(everywhere('taps'))
  })

  it('is none that TensorFlow refused or whose values were wrong, which has no time', () => {
    expect(planFrom(all({ direct: 1 }), ['taps'])).toEqual(everywhere('direct'))
    expect(planFrom(all({ taps: 1 }), ['taps'])).toEqual(everywhere('direct'))
    expect(planFrom(all({ direct: 1 }), [])).toEqual(everywhere('direct'))
  })
})
