import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it } from 'vitest'
import { checkArchitecture } from '../../src/shared/architecture/check'
import { trainingMemory } from '../../src/shared/experiment/memory'
import { layer, sequence } from '../../src/shared/presets/drawing'
import { presetExperiment, presets, type PresetName } from '../../src/shared/presets'
import { train } from '../../src/main/training/train'
import { TrainingControl } from '../../src/main/training/control'
import type { TrainingEvent } from '../../src/shared/run/events'

/** Peak resident memory of a process of its own after a few steps of training. */
async function measuredPeak(preset: PresetName, batch: number): Promise<number> {
  const cli = join(import.meta.dirname, '../../out/main/cli.cjs')
  const args = [cli, 'bench-loop', '--case', preset, '--batch-size', String(batch), '--steps', '3']
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'ignore'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  await lines.next()
  child.stdin.end('\n')
  const { value } = await lines.next()
  await new Promise((resolve) => child.once('exit', resolve))
  return (JSON.parse(value as string) as { peakMemory: number }).peakMemory
}

describe('memory', () => {
  it.each([
    ['lenet-5', 1024],
    ['resnet-20', 64],
    ['resnet-20', 384],
    ['seed-resnet', 32],
    ['seed-resnet', 96]
  ] as const)('of %s at batch size %i is foreseen within a quarter', async (preset, batchSize) => {
    const { architecture, recipe } = presets[preset]
    const estimate = trainingMemory(checkArchitecture(architecture).checked!, { ...recipe, batchSize }).total
    const measured = await measuredPeak(preset, batchSize)
    expect(estimate / measured).toBeGreaterThan(0.75)
    expect(estimate / measured).toBeLessThan(1.25)
  })

  it('that no machine has is refused before the start', async () => {
    const experiment = presetExperiment('seed-resnet')
    experiment.recipe.batchSize = 65_536
    experiment.architecture = {
      ...experiment.architecture,
      input: { channels: 3, height: 1024, width: 1024 },
      graph: sequence([
        layer('conv', 'Conv2d', { out_channels: 64, kernel_size: 3 }),
        layer('pool', 'AdaptiveAvgPool2d', { output_size: 1 }),
        layer('flatten', 'Flatten'),
        layer('fc', 'Linear', { out_features: 10 })
      ])
    }
    const events: TrainingEvent[] = []
    await train({ experiment, folder: null }, new TrainingControl(), (event) => events.push(event))
    expect(events).toMatchObject([{ type: 'ended', status: 'failed', error: { code: 'memory-too-small' } }])
  })
})
