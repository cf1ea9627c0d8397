import { createHash } from 'node:crypto'
import { chmodSync, readFileSync, readdirSync, writeFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeSafetensors, encodeSafetensors } from '../../../src/main/engine/safetensors'
import {
  BEGINNING,
  checkpointManifestSchema,
  loadCheckpoint,
  startFrom
} from '../../../src/main/training/checkpointFiles'
import { Checkpoints } from '../../../src/main/training/checkpoints'
import { temporaryFolder } from '../support'

const parameters = [{ name: 'fc.weight', shape: [2, 2] }]
const position = (step: number) => ({
  step,
  epoch: Math.floor(step / 10),
  lossSum: 1.5,
  correct: 7,
  seconds: 2,
  imagesPerSecond: 100
})
const state = new Map([
  ['fc.weight', Float32Array.of(1, 2, 3, 4)],
  ['momentum_buffer/fc.weight', Float32Array.of(5, 6, 7, 8)]
])
const manifests = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith('.json'))
const tensorsIn = (folder: string, name: string) => {
  const file = join(folder, name)
  return decodeSafetensors(readFileSync(file), file).tensors
}

it('a checkpoint that knows of more than the journal has is passed over, and all of them are no beginning', async () => {
  const folder = temporaryFolder()
  const checkpoints = new Checkpoints(folder, parameters)
  await checkpoints.save(state, position(10), 500)
  await checkpoints.save(state, position(20), 1234)
  expect((await loadCheckpoint(folder, 1234))!.position.step).toBe(20)
  const earlier = (await loadCheckpoint(folder, 1233))!
  expect(earlier.position.step).toBe(10)
  expect(earlier.refused).toMatchObject([{ code: 'checkpoint-ahead', parameters: { wanted: 1234, bytes: 1233 } }])
  await expect(loadCheckpoint(folder, 8)).rejects.toMatchObject({ code: 'journal-short', parameters: { bytes: 8 } })
  expect(manifests(folder)).toHaveLength(2)
})

describe('Checkpoints', () => {
  it('are files that the manifest vouches for, beside the length of the journal that belongs to them', async () => {
    const folder = temporaryFolder()
    await new Checkpoints(folder, parameters).save(state, position(20), 1234)
    const manifest = checkpointManifestSchema.parse(
      JSON.parse(readFileSync(join(folder, 'step-00000020.json'), 'utf8'))
    )
    expect(manifest).toMatchObject({ ...position(20), version: 2, journal: 1234 })
    expect(manifest).not.toHaveProperty('score')
    for (const { name, sha256 } of [manifest.weights, manifest.optimizer]) {
      const bytes = readFileSync(join(folder, name))
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256)
    }
    expect([...tensorsIn(folder, manifest.weights.name)]).toEqual([
      ['fc.weight', { dtype: 'F32', shape: [2, 2], values: state.get('fc.weight') }]
    ])
  })

  it('hold with a moving average the weights that are judged, the raw ones beside them, and load as they were', async () => {
    const folder = temporaryFolder()
    const averaged = new Map([
      ['fc.weight', Float32Array.of(1, 2, 3, 4)],
      ['bn.running_mean', Float32Array.of(9, 9)],
      ['momentum_buffer/fc.weight', Float32Array.of(5, 6, 7, 8)],
      ['slow/fc.weight', Float32Array.of(0, 1, 0, 1)],
      ['average/fc.weight', Float32Array.of(1.5, 2.5, 3.5, 4.5)]
    ])
    const own = [...parameters, { name: 'bn.running_mean', shape: [2] }]
    await new Checkpoints(folder, own).save(averaged, position(20), 0)
    const weights = tensorsIn(folder, 'step-00000020.weights.safetensors')
    expect(weights.get('fc.weight')!.values).toEqual(averaged.get('average/fc.weight'))
    expect(weights.get('bn.running_mean')!.values).toEqual(averaged.get('bn.running_mean'))
    const kept = tensorsIn(folder, 'step-00000020.optimizer.safetensors')
    expect([...kept.keys()].sort()).toEqual(['momentum_buffer/fc.weight', 'raw/fc.weight', 'slow/fc.weight'])
    expect(new Map([...(await loadCheckpoint(folder))!.state].sort())).toEqual(new Map([...averaged].sort()))
  })

  it('that are pruned leave the last two and the best, which need not be among the last', async () => {
    const folder = temporaryFolder()
    const checkpoints = new Checkpoints(folder, parameters)
    for (const step of [10, 20, 30, 40]) await checkpoints.save(state, position(step), 0)
    expect(manifests(folder)).toHaveLength(4)
    await checkpoints.prune(20)
    expect(manifests(folder)).toEqual([20, 30, 40].map((step) => `step-000000${step}.json`))
    expect(readdirSync(folder)).toHaveLength(9)
    await checkpoints.prune(null)
    expect(manifests(folder)).toEqual([30, 40].map((step) => `step-000000${step}.json`))
    expect([20, 30, 40].map((step) => checkpoints.has(step))).toEqual([false, true, true])
  })

  it('that are pruned leave the newest others that have room', async () => {
    const folder = temporaryFolder()
    const probe = temporaryFolder()
    await new Checkpoints(probe, parameters).save(state, position(10), 0)
    const [weights, optimizer] = ['weights', 'optimizer'].map(
      (kind) => statSync(join(probe, `step-00000010.${kind}.safetensors`)).size
    )
    const checkpoints = new Checkpoints(folder, parameters, 2.5 * (weights! + optimizer!))
    for (const step of [10, 20, 30, 40, 50, 60]) await checkpoints.save(state, position(step), 0)
    await checkpoints.prune(20)
    expect(manifests(folder)).toEqual([20, 30, 40, 50, 60].map((step) => `step-000000${step}.json`))
  })

  it('of a run that goes on are taken over with the one that it stands on; a newer, damaged one counts no more', async () => {
    const folder = temporaryFolder()
    const before = new Checkpoints(folder, parameters)
    for (const step of [10, 20, 30]) await before.save(state, position(step), 0)
    writeFileSync(join(folder, 'step-00000030.weights.safetensors'), 'cut off')
    expect((await loadCheckpoint(folder))!.position.step).toBe(20)
    const checkpoints = new Checkpoints(folder, parameters)
    await checkpoints.adopt(20)
    expect(manifests(folder)).toEqual(['step-00000010.json', 'step-00000020.json'])
    expect(readdirSync(folder)).toContain('step-00000030.json.damaged')
    expect([10, 20, 30].map((step) => checkpoints.has(step))).toEqual([true, true, false])
    await checkpoints.save(state, position(30), 0)
    await checkpoints.prune(10)
    expect((await loadCheckpoint(folder))!.position).toEqual(position(30))
    expect(manifests(folder)).toHaveLength(3)
  })

  it.each(['weights.safetensors', 'optimizer.safetensors', 'json'])(
    'whose %s was altered are passed over and named, and the one before is taken',
    async (kind) => {
      const folder = temporaryFolder()
      expect(await loadCheckpoint(folder)).toBe(null)
      const checkpoints = new Checkpoints(folder, parameters)
      await checkpoints.save(state, position(10), 0)
      const later = new Map([...state].map(([name, values]) => [name, values.map((value) => value + 1)]))
      await checkpoints.save(later, position(20), 0)
      expect(await loadCheckpoint(folder)).toMatchObject({ position: position(20), version: 2, refused: [] })
      const file = join(folder, `step-00000020.${kind}`)
      const bytes = readFileSync(file)
      bytes[bytes.length - 1]! ^= 1
      writeFileSync(file, bytes)
      const loaded = (await loadCheckpoint(folder))!
      expect(loaded.position).toEqual(position(10))
      expect(loaded.state).toEqual(state)
      expect(loaded.refused).toMatchObject([{ code: 'checkpoint-damaged', parameters: { file } }])
      writeFileSync(join(folder, 'step-00000010.weights.safetensors'), 'cut off')
      await expect(loadCheckpoint(folder)).rejects.toMatchObject({ code: 'checkpoint-missing' })
    }
  )

  it('keep PyTorch’s count of batches beside running statistics', async () => {
    const folder = temporaryFolder()
    const own = new Map([['bn.running_mean', Float32Array.of(1, 2)]])
    await new Checkpoints(folder, [{ name: 'bn.running_mean', shape: [2] }]).save(own, position(10), 0)
    const counter = tensorsIn(folder, 'step-00000010.weights.safetensors').get('bn.num_batches_tracked')
    expect(counter).toEqual({ dtype: 'I64', shape: [], values: Int32Array.of(10) })
    expect((await loadCheckpoint(folder))!.state).toEqual(own)
  })

  it('of version 1 load, with raw weights in the weights’ file and names of before', async () => {
    const folder = temporaryFolder()
    await new Checkpoints(folder, parameters).save(state, position(10), 0)
    const file = join(folder, 'step-00000010.json')
    const manifest = checkpointManifestSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
    const tensor = (...values: number[]) => ({ shape: [2, 2], values: Float32Array.from(values) })
    const kept = encodeSafetensors(
      new Map([
        ['momentum_buffer.fc.weight', tensor(5, 6, 7, 8)],
        ['average/fc.weight', tensor(0, 0, 0, 1)]
      ])
    )
    writeFileSync(join(folder, manifest.optimizer.name), kept)
    manifest.optimizer.sha256 = createHash('sha256').update(kept).digest('hex')
    const { journal, imagesPerSecond, ...former } = manifest
    expect([journal, imagesPerSecond]).toEqual([0, 100])
    writeFileSync(file, JSON.stringify({ ...former, version: 1, score: 0.5, best: { score: 0.6, epoch: 2 } }))
    const loaded = (await loadCheckpoint(folder))!
    expect(loaded).toMatchObject({ version: 1, position: { ...position(10), imagesPerSecond: 0 } })
    expect(loaded.state).toEqual(new Map([...state, ['average/fc.weight', Float32Array.of(0, 0, 0, 1)]]))
  })

  it('say where they cannot be written, and whether that can change', async () => {
    const folder = join(temporaryFolder(), 'run')
    writeFileSync(folder, '')
    await expect(new Checkpoints(folder, parameters).save(state, position(10), 0)).rejects.toMatchObject({
      code: 'cannot-write'
    })
  })

  it.skipIf(process.getuid?.() === 0)('say of a folder that takes no files that it is read-only', async () => {
    const folder = temporaryFolder()
    chmodSync(folder, 0o500)
    await expect(new Checkpoints(folder, parameters).save(state, position(10), 0)).rejects.toMatchObject({
      code: 'run-read-only'
    })
  })
})

describe('a run that goes on', () => {
  const at = (step: number, epoch: number) => ({ ...position(step), epoch })
  it.each([
    ['behind an epoch that has its figures', 2, at(20, 2), [0, 1], 2, true],
    ['behind an epoch that has none', 2, at(20, 2), [0], 2, false],
    ['in the middle of an epoch', 2, at(25, 2), [0, 1], 2, true],
    ['before the first step', 2, at(0, 0), [], 0, true],
    ['version 1 behind an epoch', 1, at(20, 2), [], 2, true],
    ['version 1 in the middle of an epoch', 1, at(25, 2), [], 2, true],
    ['version 1 while the test pictures were gone through', 1, at(20, 1), [], 2, false]
  ] as const)('stands %s', (_, version, stood, recorded, epoch, isEvaluated) => {
    const epochs = recorded.map((number) => ({ epoch: number }))
    const start = startFrom({ position: stood, version }, 10, epochs)
    expect(start).toEqual({ position: { ...stood, epoch }, isEvaluated })
  })

  it('stands at the beginning where there is no checkpoint', () => {
    expect(startFrom(null, 10, [])).toEqual({ position: BEGINNING, isEvaluated: true })
  })
})
