import { describe, expect, it } from 'vitest'
import { Library } from '../../../src/main/library/library'
import { checkArchitecture } from '../../../src/shared/architecture/check'
import { presets, type PresetName } from '../../../src/shared/presets'
import { estimateTime, noSpeeds, speedKey, type RunSpeed, type Speeds } from '../../../src/shared/run/speed'
import { addRun, epochRecord, started } from '../../support/runFolders'
import { temporaryFolder } from '../support'

const counts = { train: 50_000, test: 10_000 }
const network = (name: PresetName) => checkArchitecture(presets[name].architecture).checked!
const resnet = network('resnet-20')
const { recipe } = presets['resnet-20']
const { multiplyAdds } = resnet.totals
const run = (times: number, imagesPerSecond: number, precision: RunSpeed['precision'] = 'float32'): RunSpeed => ({
  multiplyAdds: times * multiplyAdds,
  imagesPerSecond,
  precision
})
const estimate = (speeds: Partial<Speeds>, change: Partial<typeof recipe> = {}) =>
  estimateTime(resnet, { ...recipe, ...change }, counts, { ...noSpeeds, ...speeds })

describe('an estimate of the time', () => {
  it('is none while nothing is known of the computer', () => {
    expect(estimate({})).toBeNull()
  })

  it('is of the training pictures and a third for each tested one, for every epoch', () => {
    const { epoch, run: all, basis } = estimate({ runs: [run(1, 500)] }, { epochs: 7 })!
    expect(epoch).toBeCloseTo((50_000 + 10_000 / 3) / 500)
    expect(all).toBeCloseTo(7 * epoch)
    expect(basis).toBe('run')
    const held = estimate({ runs: [run(1, 500)] }, { trainLimit: 1000, testLimit: 300, validationShare: 0.1 })!
    expect(held.epoch).toBeCloseTo((900 + (100 + 300) / 3) / 500)
    const views = estimate({ runs: [run(1, 500)] }, { testTimeAugmentation: 'flip' })!
    expect(views.epoch).toBeCloseTo((50_000 + (2 * 10_000) / 3) / 500)
  })

  it('follows the nearest run in multiply-adds, of equals the newest, of the same precision', () => {
    const perPicture = (runs: RunSpeed[]): number => (50_000 + 10_000 / 3) / estimate({ runs })!.epoch
    expect(perPicture([run(2, 100)])).toBeCloseTo(200)
    expect(perPicture([run(3, 1), run(1.1, 100), run(0.1, 1)])).toBeCloseTo(110)
    expect(perPicture([run(1, 100), run(1, 300)])).toBeCloseTo(100)
    expect(perPicture([run(1, 1000, 'mixed'), run(1, 300)])).toBeCloseTo(300)
  })

  it('takes the machine’s product where no run is near, and its own measurement before all', () => {
    const key = speedKey(resnet, recipe)
    expect(estimate({ runs: [run(1, 9)], product: 1e11, measured: { [key]: 500 } })!.basis).toBe('measured')
    expect(estimate({ runs: [run(3, 9)], product: 1e11 })!.basis).toBe('run')
    expect(estimate({ runs: [run(5, 9)], product: 1e11 })!.basis).toBe('product')
    expect(estimate({ runs: [run(5, 9)] })!.basis).toBe('run')
    // A measurement with another batch is another measurement.
    expect(estimate({ product: 1e11, measured: { [key]: 500 } }, { batchSize: 64 })!.basis).toBe('product')
  })

  it('from the product is near what was measured on the machine of the README', () => {
    const measured: [PresetName, number][] = [
      ['seed-resnet', 104.1],
      ['resnet-20', 591.9],
      ['lenet-5', 16_194]
    ]
    for (const [name, imagesPerSecond] of measured) {
      const speeds = { ...noSpeeds, product: 105e9 }
      const { epoch } = estimateTime(network(name), { ...presets[name].recipe, testLimit: 1 }, counts, speeds)!
      expect(Math.abs(50_000 / epoch / imagesPerSecond - 1)).toBeLessThan(0.15)
    }
  })

  it('knows the runs of one device', async () => {
    const folder = temporaryFolder()
    const library = await Library.open(folder)
    expect(library.listSpeeds('test')).toEqual([])
    await addRun(folder, [
      started(1),
      epochRecord(0, { imagesPerSecond: 400 }),
      epochRecord(1, { imagesPerSecond: 600 })
    ])
    await library.refresh()
    expect(library.listSpeeds('another processor')).toEqual([])
    expect(library.listSpeeds('test')).toEqual([{ multiplyAdds: 650_000, imagesPerSecond: 500, precision: 'float32' }])
    await library.close()
  })
})
