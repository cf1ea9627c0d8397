import { existsSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Library } from '../../../src/main/library/library'
import type { JournalRecord } from '../../../src/shared/run/journal'
import type { Curve, CurveRequest } from '../../../src/shared/run/curves'
import { addRun, append, ended, started, steps } from '../../support/runFolders'
import { temporaryFolder } from '../support'

/** Losses that differ from step to step and are now and then no number. */
const loss = (step: number): number => (step % 97 === 3 ? NaN : Math.fround(Math.sin(step) + step / 1000))

/** The curve of a plain array, worked out in the slowest way. */
function plainCurve(values: readonly number[], points: number, from: number, to: number) {
  const groups = (size: number): number => Math.floor(to / size) - Math.floor(from / size) + 1
  let size = 1
  while (groups(size) > points) size *= 2
  return Array.from({ length: groups(size) }, (_, index) => {
    const start = (Math.floor(from / size) + index) * size
    const own = values.slice(start, start + size)
    const finite = own.filter(Number.isFinite)
    return {
      step: start + own.length - 1,
      mean: finite.length > 0 ? finite.reduce((sum, value) => sum + value, 0) / finite.length : NaN,
      minimum: finite.length > 0 ? Math.min(...finite) : NaN,
      maximum: finite.length > 0 ? Math.max(...finite) : NaN
    }
  })
}

const pointsOf = (curve: Curve) =>
  Array.from(curve.steps, (step, index) => ({
    step,
    mean: curve.mean[index]!,
    minimum: curve.minimum[index]!,
    maximum: curve.maximum[index]!
  }))

const close = (expected: ReturnType<typeof pointsOf>): unknown =>
  expected.map(({ mean, ...rest }) => ({
    ...rest,
    mean: Number.isNaN(mean) ? NaN : (expect.closeTo(mean, 4) as unknown)
  }))

async function curveOf(library: Library, run: string, request: Partial<CurveRequest>): Promise<Curve> {
  const [curve] = await library.getCurves([{ run, name: 'loss', points: 1000, ...request }])
  return curve!
}

describe('curves', () => {
  it('have the mean, minimum and maximum of equal groups, and always the newest step', async () => {
    const folder = temporaryFolder()
    const { id, folder: run } = await addRun(folder, [started(100)])
    const library = await Library.open(folder)
    const values: number[] = []
    for (const count of [1, 5, 700, 1294, 1]) {
      await append(run, [steps(values.length, count, loss)])
      values.push(...Array.from({ length: count }, (_, index) => loss(values.length + index)))
      for (const points of [2, 7, 1000]) {
        const curve = await curveOf(library, id, { points })
        expect(pointsOf(curve)).toEqual(close(plainCurve(values, points, 0, values.length - 1)))
        expect(curve.steps.at(-1)).toBe(values.length - 1)
        expect(curve.steps.length).toBeLessThanOrEqual(points)
      }
    }
    await library.close()
  })

  it('of a part look as in the whole, whatever else is asked for', async () => {
    const folder = temporaryFolder()
    const { id } = await addRun(folder, [started(100), steps(0, 4000, loss), ended()])
    const library = await Library.open(folder)
    const values = Array.from({ length: 4000 }, (_, step) => loss(step))
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 3999 }),
        fc.integer({ min: 0, max: 3999 }),
        fc.integer({ min: 2, max: 3000 }),
        async (a, b, points) => {
          const [from, to] = [Math.min(a, b), Math.max(a, b)]
          const curve = await curveOf(library, id, { from, to, points })
          expect(pointsOf(curve)).toEqual(close(plainCurve(values, points, from, to)))
        }
      ),
      { numRuns: 40 }
    )
    const request = { run: id, name: 'loss', points: 50 }
    const [alone] = await library.getCurves([request])
    const many = await library.getCurves([
      { ...request, name: 'nothing' },
      { ...request, run: 'nobody' },
      request,
      { ...request, run: '../x' }
    ])
    expect(many[2]).toEqual(alone)
    expect(many.map(({ steps: own }) => own.length)).toEqual([0, 0, alone!.steps.length, 0])
    await library.close()
  })

  it('follow a run that goes back, and one whose journal is another', async () => {
    const folder = temporaryFolder()
    const { id, folder: run } = await addRun(folder, [started(10), steps(0, 30)])
    const library = await Library.open(folder)
    await curveOf(library, id, {})
    await append(run, [started(10, 20, 2), steps(20, 5, (step) => -step)])
    const curve = await curveOf(library, id, {})
    expect([...curve.mean.subarray(18)]).toEqual([18, 19, -20, -21, -22, -23, -24])
    rmSync(join(run, 'journal'))
    await append(run, [started(10), steps(0, 2)])
    expect([...(await curveOf(library, id, {})).mean]).toEqual([0, 1])
    await library.close()
  })

  it('of long runs are the same from what was prepared as from the journal', async () => {
    const folder = temporaryFolder()
    const sparse: JournalRecord[] = Array.from({ length: 300 }, (_, index) => ({
      type: 'points',
      step: index * 90,
      values: { 'gradientNorm/a': index }
    }))
    const { id } = await addRun(folder, [started(100), steps(0, 30_011, loss), ...sparse, ended()])
    const prepared = join(folder, 'index/levels', `${id}.f32`)
    const requests: CurveRequest[] = []
    for (const name of ['loss', 'gradientNorm/a']) {
      for (const points of [2, 3, 30, 1000, 20_000]) {
        requests.push({ run: id, name, points })
        requests.push({ run: id, name, points, from: 1000 }, { run: id, name, points, from: 1007, to: 25_002 })
      }
    }
    const plain = await Library.open(folder)
    const expected: Curve[] = []
    for (const request of requests) expected.push(...(await plain.getCurves([request])))
    await plain.close()
    rmSync(prepared, { force: true })
    const library = await Library.open(folder)
    expect(await library.compact()).toMatchObject({ curves: 1 })
    expect(await library.compact()).toMatchObject({ curves: 0 })
    const made = statSync(prepared).mtimeMs
    for (const [index, request] of requests.entries()) {
      const fresh = await Library.open(folder)
      const [curve] = await fresh.getCurves([request])
      await fresh.close()
      expect(pointsOf(curve!), JSON.stringify(request)).toEqual(close(pointsOf(expected[index]!)))
    }
    expect(statSync(prepared).mtimeMs).toBe(made)
    rmSync(join(folder, 'runs', id), { recursive: true })
    await library.compact()
    expect(existsSync(prepared)).toBe(false)
    await library.close()
  })
})
