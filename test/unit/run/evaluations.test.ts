import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeArrays, arrayHeaderSchema, encodeArrays } from '../../../src/main/run/arrayFile'
import { keepEvaluations, listEvaluations, readEvaluation, writeEvaluation } from '../../../src/main/run/evaluations'
import { ResiduumError } from '../../../src/shared/errors'
import {
  bestClassesOf,
  confidenceOf,
  correctOf,
  predictedOf,
  topFiveAccuracy
} from '../../../src/shared/evaluation/predictions'
import type { Evaluation } from '../../../src/shared/run/schema'
import { temporaryFolder } from '../support'

const evaluation = (epoch: number, change: Partial<Evaluation> = {}): Evaluation => ({
  epoch,
  k: 3,
  pictures: Uint32Array.of(0, 70_000, 4_294_967_295),
  labels: Uint16Array.of(0, 65_535, 2),
  classes: Uint16Array.of(0, 1, 2, 7, 65_535, 0, 0, 1, 5),
  probabilities: Float32Array.of(0.5, 0.25, 0.125, 1, 0, 0, 0.3, 0.3, 0.1),
  trueProbability: Float32Array.of(0.5, 1e-40, 0.05),
  ...change
})
const file = (folder: string, name: string): string => join(folder, 'evaluations', name)

describe('evaluations', () => {
  it('come back bit by bit, by epoch and the last, with labels in one file for all', async () => {
    const folder = temporaryFolder()
    expect(await readEvaluation(folder, null)).toBe(null)
    expect(await listEvaluations(folder)).toEqual([])
    for (const epoch of [0, 9, 10, 100_000]) {
      expect(await writeEvaluation(folder, evaluation(epoch))).toBe(
        statSync(file(folder, `epoch-${String(epoch).padStart(5, '0')}.bin`)).size
      )
    }
    expect(await listEvaluations(folder)).toEqual([0, 9, 10, 100_000])
    for (const epoch of [0, 9, 10, 100_000]) expect(await readEvaluation(folder, epoch)).toEqual(evaluation(epoch))
    expect((await readEvaluation(folder, null))!.epoch).toBe(100_000)
    expect(await readEvaluation(folder, 1)).toBe(null)
    expect(readdirSync(join(folder, 'evaluations'))).toHaveLength(5)
  })

  it('keep pictures and labels in their own file where they are others, and lack what older runs lack', async () => {
    const folder = temporaryFolder()
    const others = { pictures: Uint32Array.of(3, 2, 1), labels: Uint16Array.of(9, 9, 9) }
    const former = { k: 1, classes: Uint16Array.of(1, 2, 3), probabilities: Float32Array.of(1, 0.5, 0.25) }
    await writeEvaluation(folder, evaluation(0))
    await writeEvaluation(folder, evaluation(1, others))
    await writeEvaluation(folder, evaluation(2, { ...former, trueProbability: null }))
    expect(await readEvaluation(folder, 0)).toEqual(evaluation(0))
    expect(await readEvaluation(folder, 1)).toEqual(evaluation(1, others))
    expect(await readEvaluation(folder, 2)).toEqual(evaluation(2, { ...former, trueProbability: null }))
  })

  it('are as documented: a line of JSON to a multiple of 64 bytes, then arrays from multiples of 8', async () => {
    const folder = temporaryFolder()
    await writeEvaluation(folder, evaluation(4))
    const bytes = readFileSync(file(folder, 'epoch-00004.bin'))
    const end = bytes.indexOf('\n') + 1
    expect(end % 64).toBe(0)
    const header = JSON.parse(bytes.toString('utf8', 0, end)) as Record<string, unknown>
    expect(header).toMatchObject({ format: 'residuum.evaluation', version: 1, epoch: 4, count: 3, k: 3 })
    expect(header.arrays).toEqual({
      classes: { dtype: 'u16', offset: 0, length: 9 },
      probabilities: { dtype: 'f32', offset: 24, length: 9 },
      trueProbability: { dtype: 'f32', offset: 64, length: 3 }
    })
    expect(bytes.readUInt16LE(end + 2 * 4)).toBe(65_535)
    expect(bytes.readFloatLE(end + 24 + 4)).toBe(0.25)
  })

  it('are refused by name and reason, never otherwise, whatever happened to the bytes', async () => {
    const folder = temporaryFolder()
    await writeEvaluation(folder, evaluation(0, { labels: Uint16Array.of(1, 1, 1) }))
    await writeEvaluation(folder, evaluation(1))
    const names = ['epoch-00000.bin', 'epoch-00001.bin', 'labels-test.bin']
    const whole = names.map((name) => readFileSync(file(folder, name)))
    const harm = fc.record({
      which: fc.nat(2),
      place: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      kind: fc.constantFrom('flip', 'cut', 'insert', 'zeros')
    })
    const harmed = (bytes: Buffer, place: number, kind: string): Buffer => {
      const head = bytes.subarray(0, place)
      if (kind === 'cut') return head
      if (kind === 'insert') return Buffer.concat([head, Buffer.of(0x20), bytes.subarray(place)])
      const other = Buffer.from(bytes)
      if (kind === 'flip') other[place]! ^= 1
      else other.fill(0, place)
      return other
    }
    await fc.assert(
      fc.asyncProperty(harm, async ({ which, place, kind }) => {
        const bytes = whole[which]!
        const other = harmed(bytes, Math.floor(place * bytes.length), kind)
        writeFileSync(file(folder, names[which]!), other)
        for (const epoch of [0, 1]) {
          const read = await readEvaluation(folder, epoch).catch((error: unknown) => error)
          if (read instanceof ResiduumError) {
            expect(read.code).toBe('evaluation-damaged')
            expect(String(read.parameters.file)).toContain(names[which])
            expect(read.parameters.reason).toHaveProperty('code')
          } else {
            const expected = evaluation(epoch, epoch === 0 ? { labels: Uint16Array.of(1, 1, 1) } : {})
            expect(read).toEqual(expected)
          }
        }
        writeFileSync(file(folder, names[which]!), bytes)
      }),
      { numRuns: 100 }
    )
    expect(await readEvaluation(folder, 1)).toEqual(evaluation(1))
  })

  const reasonOf = async (folder: string, epoch = 0): Promise<unknown> => {
    const error = await readEvaluation(folder, epoch).catch((thrown: unknown) => thrown)
    return error instanceof ResiduumError ? `${error.code}: ${error.message}` : error
  }

  it('say what is wrong: missing or other labels, another epoch, a newer version, a header that does not fit', async () => {
    const folder = temporaryFolder()
    await writeEvaluation(folder, evaluation(0))
    const bytes = readFileSync(file(folder, 'epoch-00000.bin'))
    writeFileSync(file(folder, 'epoch-00007.bin'), bytes)
    expect(await reasonOf(folder, 7)).toContain('it is of another epoch (1)')
    rmSync(file(folder, 'labels-test.bin'))
    expect(await reasonOf(folder)).toContain('it is missing')
    await writeEvaluation(folder, evaluation(1, { labels: Uint16Array.of(5, 5, 5) }))
    expect(await reasonOf(folder)).toContain('it is of other pictures')
    const changed = (from: string, to: string): void => {
      const text = bytes.toString('latin1')
      writeFileSync(file(folder, 'epoch-00000.bin'), text.replace(from, to), 'latin1')
    }
    changed('"version":1', '"version":2')
    expect(await reasonOf(folder)).toContain('a newer Residuum wrote it (version 2)')
    // The line is vouched for, too.
    changed('"offset":24', '"offset":16')
    expect(await reasonOf(folder)).toContain('its checksum is wrong')
    changed('trueProbability', 'trueProbabilitx')
    expect(await reasonOf(folder)).toContain('its checksum is wrong')
    const written = (count: number): void => {
      const fields = { format: 'residuum.evaluation', version: 1, epoch: 0, count, k: 1, labels: null }
      writeFileSync(file(folder, 'epoch-00000.bin'), encodeArrays(fields, { classes: Uint16Array.of(1) }).bytes)
    }
    for (const count of [1, 2, 1e15]) {
      written(count)
      expect(await reasonOf(folder)).toContain('its header does not fit what follows')
    }
  })

  it('are arrays whose checksum is of the whole file, and no others than are asked for', () => {
    const { bytes } = encodeArrays({ format: 'any', version: 1 }, { values: Uint16Array.of(1, 2) })
    const digits = JSON.parse(Buffer.from(bytes).toString('utf8').split('\n')[0]!) as { sha256: string }
    const zeroed = Buffer.from(Buffer.from(bytes).toString('latin1').replace(digits.sha256, '0'.repeat(64)), 'latin1')
    expect(createHash('sha256').update(zeroed).digest('hex')).toBe(digits.sha256)
    const { array } = decodeArrays(bytes, arrayHeaderSchema, 1)
    expect(array('values', 'u16', 2)).toEqual(Uint16Array.of(1, 2))
    expect(() => array('values', 'f32', 1)).toThrow('its header does not fit what follows (values)')
    expect(() => array('others', 'u16', 2)).toThrow('its header does not fit what follows (others)')
  })

  it('stay by the rule within the room, and what is void or was cut off while it was written goes', async () => {
    const folder = temporaryFolder()
    let each = 0
    for (let epoch = 0; epoch < 12; epoch++) each = await writeEvaluation(folder, evaluation(epoch))
    writeFileSync(file(folder, '.epoch-00012.bin.0a1b2c.tmp'), 'half')
    const labels = statSync(file(folder, 'labels-test.bin')).size
    await keepEvaluations(folder, { epochs: 10, best: 3, limitBytes: 7 * each + labels })
    expect(await listEvaluations(folder)).toEqual([0, 2, 3, 4, 6, 8, 9])
    expect(readdirSync(join(folder, 'evaluations')).filter((name) => name.startsWith('.'))).toEqual([])
    await keepEvaluations(folder, { epochs: 10, best: 3, limitBytes: 7 * each + labels - 1 })
    expect(await listEvaluations(folder)).toEqual([0, 3, 4, 8, 9])
    expect(await readEvaluation(folder, 3)).toEqual(evaluation(3))
    await keepEvaluations(folder, { epochs: 0, best: null, limitBytes: 1e9 })
    expect(await listEvaluations(folder)).toEqual([])
    await keepEvaluations(temporaryFolder(), { epochs: 0, best: null, limitBytes: 1e9 })
  })

  it('passes over what else lies in the folder', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'evaluations'))
    for (const name of ['epoch-1.bin', 'epoch-000001.bin', 'epoch-00001.txt', 'x.bin']) {
      writeFileSync(file(folder, name), '')
    }
    expect(await listEvaluations(folder)).toEqual([])
  })
})

describe('what follows from an evaluation', () => {
  it('is the first class, its probability, and whether the true one is among the five', () => {
    const one = evaluation(0)
    expect(predictedOf(one)).toEqual(Uint16Array.of(0, 7, 0))
    expect(confidenceOf(one)).toEqual(Float32Array.of(0.5, 1, 0.3))
    expect(correctOf(one)).toBe(1)
    expect(bestClassesOf(one, 1)).toEqual([
      { label: 7, probability: 1 },
      { label: 65_535, probability: 0 },
      { label: 0, probability: 0 }
    ])
    expect(topFiveAccuracy(one, 3)).toBe(2 / 3)
    expect(topFiveAccuracy(one, 4)).toBe(null)
    const former = { k: 1, labels: Uint16Array.of(1), classes: Uint16Array.of(1), probabilities: Float32Array.of(0.5) }
    expect(predictedOf(former)).toEqual(former.classes)
    expect(confidenceOf(former)).toEqual(former.probabilities)
    expect(topFiveAccuracy(former, 10)).toBe(null)
    const six = { k: 6, labels: Uint16Array.of(5), classes: Uint16Array.of(0, 1, 2, 3, 4, 5) }
    expect(topFiveAccuracy(six, 10)).toBe(0)
  })
})
