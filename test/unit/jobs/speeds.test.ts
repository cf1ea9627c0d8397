import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Measurer } from '../../../src/main/jobs/measurer'
import { ComputerSpeeds } from '../../../src/main/jobs/speeds'
import { SpeedBook } from '../../../src/main/speedBook'
import { checkArchitecture } from '../../../src/shared/architecture/check'
import { presetExperiment } from '../../../src/shared/presets'
import { machineOf, noSpeeds, speedKey } from '../../../src/shared/run/speed'
import { temporaryFolder } from '../support'
import { device, pretend } from './pretended'

const experiment = presetExperiment('lenet-5')
const key = speedKey(checkArchitecture(experiment.architecture).checked!, experiment.recipe)

function computer(folder = temporaryFolder()) {
  const { processes, trainers } = pretend()
  const told: (number | null)[] = []
  const state = { training: false, known: true, changes: 0 }
  const speeds = new ComputerSpeeds({
    measurer: new Measurer(processes, (fraction) => told.push(fraction)),
    book: new SpeedBook(folder),
    device: () => (state.known ? device : null),
    isTraining: () => state.training,
    ofRuns: (name) => (name === device.name ? [{ multiplyAdds: 1, imagesPerSecond: 2, precision: 'float32' }] : []),
    changed: () => (state.changes += 1)
  })
  return { speeds, trainers, told, state, folder }
}
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20))

describe('the speed of this computer', () => {
  it('is not known while its device is not', async () => {
    const { speeds, state, trainers } = computer()
    state.known = false
    expect(await speeds.get()).toEqual(noSpeeds)
    await speeds.rate()
    expect(trainers).toEqual([])
  })

  it('at matrix products is measured once, and kept for the next start', async () => {
    const { speeds, trainers, folder, state } = computer()
    const rated = speeds.rate()
    await turn()
    expect(trainers[0]!.requests).toEqual([{ type: 'rate' }])
    trainers[0]!.say({ type: 'rated', product: 1e11 })
    await rated
    expect([trainers[0]!.killed, state.changes]).toEqual([1, 1])
    const next = computer(folder)
    await next.speeds.rate()
    expect(next.trainers).toEqual([])
    expect(await next.speeds.get()).toMatchObject({ product: 1e11, runs: [{ imagesPerSecond: 2 }] })
  })

  it('with a network is measured on demand, told meanwhile, and kept', async () => {
    const { speeds, trainers, told, folder } = computer()
    const measured = speeds.measure(experiment)
    expect(trainers[0]!.requests).toMatchObject([{ type: 'measure', experiment }])
    trainers[0]!.say({ type: 'measuring', fraction: 0.5 })
    trainers[0]!.say({ type: 'measured', imagesPerSecond: 700 })
    expect(await measured).toBe(true)
    expect(told).toEqual([0, 0.5, null])
    expect((await computer(folder).speeds.get()).measured).toEqual({ [key]: 700 })
  })

  it('is not measured while a run trains, and no longer once one begins', async () => {
    const { speeds, trainers, told, state } = computer()
    const measured = speeds.measure(experiment)
    speeds.cancel()
    expect(trainers[0]!.killed).toBe(1)
    trainers[0]!.exit(9)
    expect(await measured).toBe(false)
    expect(told).toEqual([0, null])
    expect((await speeds.get()).measured).toEqual({})
    state.training = true
    await expect(speeds.measure(experiment)).rejects.toMatchObject({ code: 'trainer-busy' })
  })

  it('that cannot be measured is said why', async () => {
    const { speeds, trainers, told } = computer()
    const refused = speeds.measure(experiment)
    trainers[0]!.say({ type: 'refused', error: { code: 'no-mixed', parameters: {} } })
    await expect(refused).rejects.toMatchObject({ code: 'no-mixed' })
    const died = speeds.measure(experiment)
    trainers[1]!.exit(1)
    await expect(died).rejects.toMatchObject({ code: 'backend-died', parameters: { exit: 1 } })
    expect(told).toEqual([0, null, 0, null])
  })

  it('is measured again where the book cannot be read', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'speeds.json'), '{"version":1,"machines":{"x":')
    const book = new SpeedBook(folder)
    expect(await book.of('x')).toEqual({ measured: {}, product: null })
    await Promise.all([book.note('x', { product: 1 }), book.note('x', { measured: { a: 2 } })])
    expect(await book.of('x')).toEqual({ measured: { a: 2 }, product: 1 })
    expect(machineOf(device)).toBe('CPU, TensorFlow 2.20.0')
  })
})
