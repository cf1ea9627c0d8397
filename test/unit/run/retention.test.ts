import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keptEpochs } from '../../../src/shared/run/retention'

const kept = (epochs: number, best: number | null, room: number): number[] =>
  keptEpochs({ epochs, best, limitBytes: room * 100 + 99, bytesEach: 100 })

describe('keptEpochs', () => {
  it('keeps all while there is room, then every second, fourth and so on with the best and the last', () => {
    expect(kept(0, null, 6)).toEqual([])
    expect(kept(6, 1, 6)).toEqual([0, 1, 2, 3, 4, 5])
    expect(kept(7, 1, 6)).toEqual([0, 1, 2, 4, 6])
    expect(kept(8, 1, 6)).toEqual([0, 1, 2, 4, 6, 7])
    expect(kept(9, 1, 6)).toEqual([0, 1, 4, 8])
    expect(kept(9, null, 6)).toEqual([0, 4, 8])
    expect(kept(1000, 777, 6)).toEqual([0, 256, 512, 768, 777, 999])
  })

  it('keeps the best and the last where there is room for no other, and for not even both', () => {
    for (const room of [-1, 0, 1, 2]) expect(kept(9, 3, room)).toEqual([3, 8])
    expect(kept(9, null, 1)).toEqual([8])
    expect(kept(9, 8, 0)).toEqual([8])
    expect(keptEpochs({ epochs: 3, best: 0, limitBytes: 10, bytesEach: 0 })).toEqual([0, 1, 2])
  })

  it('stays within the room, spreads evenly and asks for nothing that it gave up before', () => {
    const better = fc.array(fc.boolean(), { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), better, (room, epochs) => {
        let best: number | null = null
        let former: number[] = []
        for (const [epoch, isBetter] of epochs.entries()) {
          if (isBetter) best = epoch
          const now = kept(epoch + 1, best, room)
          expect(now.length).toBeLessThanOrEqual(room)
          expect(now.filter((other) => other !== epoch && !former.includes(other))).toEqual([])
          expect(now).toContain(epoch)
          if (best !== null) expect(now).toContain(best)
          const row = now.filter((other) => other !== best && other !== epoch)
          const gaps = row.slice(1).map((other, index) => other - row[index]!)
          // One is twice as wide where the best or the last stands in the row.
          if (gaps.length > 0) expect(Math.max(...gaps)).toBeLessThanOrEqual(2 * Math.min(...gaps))
          former = now
        }
      })
    )
  })
})
