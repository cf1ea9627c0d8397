import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeSafetensors, encodeSafetensors } from '../../../src/main/engine/safetensors'
import { Checkpoints, checkpointManifestSchema, loadCheckpoint } from '../../../src/main/training/checkpoints'
import { TrainingControl } from '../../../src/main/training/control'
import { temporaryFolder } from '../support'

describe('Checkpoints', () => {
  const parameters = [{ name: 'fc.weight', shape: [2, 2] }]
  const position = (step: number, score: number | null) => ({
    step,
    epoch: step / 10,
    score,
    best: { score: 0.6, epoch: 2 },
    lossSum: 1.5,
    correct: 7,
    seconds: 2
  })
  const state = new Map([
    ['fc.weight', Float32Array.of(1, 2, 3, 4)],
    ['momentum_buffer/fc.weight', Float32Array.of(5, 6, 7, 8)]
  ])

  it('keeps the last two and the best, each with files that its manifest vouches for', async () => {
    const folder = temporaryFolder()
    const checkpoints = new Checkpoints(folder, parameters)
    for (const [index, testAccuracy] of [0.3, 0.6, 0.5, 0.4, 0.55].entries()) {
      await checkpoints.save(state, position((index + 1) * 10, testAccuracy))
    }
    const manifests = readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => checkpointManifestSchema.parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))))
    expect(manifests.map(({ step }) => step)).toEqual([20, 40, 50])
    expect(readdirSync(folder)).toHaveLength(9)
    for (const { weights, optimizer } of manifests) {
      for (const { name, sha256 } of [weights, optimizer]) {
        expect(
          createHash('sha256')
            .update(readFileSync(join(folder, name)))
            .digest('hex')
        ).toBe(sha256)
      }
    }
    const file = join(folder, manifests[2]!.weights.name)
    const { tensors } = decodeSafetensors(readFileSync(file), file)
    expect([...tensors]).toEqual([['fc.weight', { dtype: 'F32', shape: [2, 2], values: state.get('fc.weight') }]])
  })

  it.each(['weights.safetensors', 'optimizer.safetensors', 'json'])(
    'passes over a checkpoint whose %s was altered, names it, and takes the one before',
    async (kind) => {
      const folder = temporaryFolder()
      expect(await loadCheckpoint(folder)).toBe(null)
      const checkpoints = new Checkpoints(folder, parameters)
      await checkpoints.save(state, position(10, 0.1))
      const later = new Map([...state].map(([name, values]) => [name, values.map((value) => value + 1)]))
      await checkpoints.save(later, position(20, 0.2))
      expect(await loadCheckpoint(folder)).toMatchObject({ position: position(20, 0.2), refused: [] })
      const file = join(folder, `step-00000020.${kind}`)
      const bytes = readFileSync(file)
      bytes[bytes.length - 1]! ^= 1
      writeFileSync(file, bytes)
      const loaded = (await loadCheckpoint(folder))!
      expect(loaded.position).toEqual(position(10, 0.1))
      expect(loaded.state).toEqual(state)
      expect(loaded.refused).toMatchObject([{ code: 'checkpoint-damaged', parameters: { file } }])
      writeFileSync(join(folder, 'step-00000010.weights.safetensors'), 'cut off')
      await expect(loadCheckpoint(folder)).rejects.toMatchObject({ code: 'checkpoint-missing' })
    }
  )

  it('keeps PyTorch’s count of batches beside running statistics, and reads manifests of before', async () => {
    const folder = temporaryFolder()
    const checkpoints = new Checkpoints(folder, [{ name: 'bn.running_mean', shape: [2] }])
    const own = new Map([['bn.running_mean', Float32Array.of(1, 2)]])
    await checkpoints.save(own, position(10, 0.5))
    const file = join(folder, 'step-00000010.weights.safetensors')
    const { tensors } = decodeSafetensors(readFileSync(file), file)
    expect(tensors.get('bn.num_batches_tracked')).toEqual({ dtype: 'I64', shape: [], values: Int32Array.of(10) })
    expect((await loadCheckpoint(folder))!.state).toEqual(own)
    const manifest = join(folder, 'step-00000010.json')
    const { score, best, ...rest } = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, unknown>
    expect([score, best]).toEqual([0.5, { score: 0.6, epoch: 2 }])
    writeFileSync(manifest, JSON.stringify({ ...rest, testAccuracy: 0.25 }))
    expect((await loadCheckpoint(folder))!.position).toMatchObject({ score: 0.25, best: null })
  })

  const steps = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith('.json'))

  it('keeps that of the best epoch after a stop just behind it, which saves the same step again', async () => {
    const folder = temporaryFolder()
    const checkpoints = new Checkpoints(folder, parameters)
    await checkpoints.save(state, position(10, 0.6))
    await checkpoints.save(state, position(10, null))
    for (const step of [20, 30, 40]) await checkpoints.save(state, position(step, 0.4))
    expect(steps(folder)).toEqual([10, 30, 40].map((step) => `step-000000${step}.json`))
  })

  it('keeps none but the last two where no epoch can be the best', async () => {
    const folder = temporaryFolder()
    const checkpoints = new Checkpoints(folder, parameters)
    for (const step of [10, 20, 30]) await checkpoints.save(state, position(step, null))
    expect(steps(folder)).toEqual([20, 30].map((step) => `step-000000${step}.json`))
  })

  it('opens one whose run had no figure to watch', async () => {
    const folder = temporaryFolder()
    const checkpoints = new Checkpoints(folder, parameters)
    await checkpoints.save(state, { ...position(10, null), best: { score: null, epoch: 0 } })
    expect((await loadCheckpoint(folder))!.position).toMatchObject({ score: null, best: { score: null, epoch: 0 } })
  })

  it('reads what optimizers kept under the names of before', async () => {
    const folder = temporaryFolder()
    await new Checkpoints(folder, parameters).save(state, position(10, 0.1))
    const name = 'step-00000010.optimizer.safetensors'
    const before = encodeSafetensors(
      new Map([['momentum_buffer.fc.weight', { shape: [2, 2], values: Float32Array.of(5, 6, 7, 8) }]])
    )
    writeFileSync(join(folder, name), before)
    const manifest = join(folder, 'step-00000010.json')
    const own = checkpointManifestSchema.parse(JSON.parse(readFileSync(manifest, 'utf8')))
    own.optimizer.sha256 = createHash('sha256').update(before).digest('hex')
    writeFileSync(manifest, JSON.stringify(own))
    expect((await loadCheckpoint(folder))!.state).toEqual(state)
  })

  it('says where it cannot write, and the next save succeeds', async () => {
    const folder = join(temporaryFolder(), 'run')
    writeFileSync(folder, '')
    const checkpoints = new Checkpoints(folder, parameters)
    await expect(checkpoints.save(state, position(10, 0.1))).rejects.toMatchObject({ code: 'cannot-write' })
    const other = new Checkpoints(`${folder}-2`, parameters)
    await other.save(state, position(10, 0.1))
    expect(readdirSync(`${folder}-2`)).toHaveLength(3)
  })
})

describe('TrainingControl', () => {
  it('takes pause, resume and stop in any order', async () => {
    const control = new TrainingControl()
    control.resume()
    control.pause()
    control.pause()
    expect(control.isPaused).toBe(true)
    const waiting = control.whilePaused()
    control.resume()
    await waiting
    control.pause()
    control.resume()
    control.pause()
    const again = control.whilePaused()
    control.stop()
    control.pause()
    await again
    expect(control.isStopped).toBe(true)
    expect(control.isPaused).toBe(false)
  })
})
