import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkArchitecture } from '../../src/shared/architecture/check'
import type { Architecture } from '../../src/shared/architecture/schema'
import { optimizerSchema } from '../../src/shared/experiment/schema'
import { block, layer, sequence } from '../../src/shared/presets/drawing'
import { seedResnet } from '../../src/shared/presets/seedResnet'
import { compileNetwork, type BatchInput, type CompiledNetwork } from '../../src/main/engine/compile'
import { readFixture, relativeError, toNhwc } from './support'

const LOGITS = 1e-4
const GRADIENTS = 1e-3

function blockClassifier(
  channelIn: number,
  channelOut: number,
  projection: boolean,
  stride: number,
  [height, width]: [number, number]
): Architecture {
  const args = { channel_out: channelOut, add_conv1_1: projection, stride }
  return {
    ...seedResnet(),
    input: { channels: channelIn, height, width },
    graph: sequence([
      block('block', 'residual', args),
      layer('flatten', 'Flatten'),
      layer('fc', 'Linear', { out_features: 10 })
    ])
  }
}

const cases: [string, Architecture][] = [
  ['residual-plain-even', blockClassifier(4, 4, false, 1, [8, 8])],
  ['residual-plain-odd', blockClassifier(4, 4, false, 1, [9, 7])],
  ['residual-projection-1-even', blockClassifier(4, 6, true, 1, [8, 8])],
  ['residual-projection-1-odd', blockClassifier(4, 6, true, 1, [9, 7])],
  ['residual-projection-2-even', blockClassifier(4, 6, true, 2, [8, 8])],
  ['residual-projection-2-odd', blockClassifier(4, 6, true, 2, [9, 7])],
  ['seed-resnet-8', seedResnet(8)]
]

describe.each(cases)('%s equals PyTorch', (name, architecture) => {
  const fixture = readFixture(name)
  const optimizer = optimizerSchema.parse(JSON.parse(fixture.metadata.optimizer!))
  const initial = fixture.group('initial.')
  const images = fixture.tensors.get('images')!
  const batch: BatchInput = {
    images: toNhwc(images.values as Float32Array, images.shape),
    labels: fixture.tensors.get('labels')!.values as Int32Array
  }
  let network: CompiledNetwork

  beforeAll(async () => {
    const { checked, problems } = checkArchitecture(architecture)
    expect(problems).toEqual([])
    network = await compileNetwork(checked!, optimizer, { kind: 'fed' }, { probe: true })
  })
  afterAll(() => network.close())

  it.each(['train', 'evaluate'] as const)('logits, loss and every gradient in %s mode', (mode) => {
    network.writeState(initial)
    const { logits, loss, gradients } = network.probe(mode, batch)
    expect(relativeError(logits, fixture.floats(`${mode}.logits`))).toBeLessThan(LOGITS)
    expect(relativeError([loss], fixture.floats(`${mode}.loss`))).toBeLessThan(LOGITS)
    const expected = fixture.group(`${mode}.gradient.`)
    expect([...gradients.keys()].sort()).toEqual([...expected.keys()].sort())
    // Where a gradient vanishes by construction (a bias before batch norm) only rounding is left of it.
    const floor = 1e-3 * Math.hypot(...[...expected.values()].map((values) => Math.hypot(...values)))
    for (const [key, gradient] of gradients) {
      expect(relativeError(gradient, expected.get(key)!, floor), key).toBeLessThan(GRADIENTS)
    }
  })

  it('keeps its own copy of the values it was given', () => {
    // Memory shared with JavaScript would be released on another thread and corrupt its heap.
    const given = new Map([...initial].map(([key, values]) => [key, values.slice()]))
    network.writeState(given)
    for (const values of given.values()) values.fill(NaN)
    const kept = network.readState()
    for (const [key, values] of initial) expect(kept.get(key), key).toEqual(values)
  })

  it('running statistics after one step, and all values after ten', () => {
    network.writeState(initial)
    const losses = [network.trainStep(batch, optimizer.learningRate).loss]
    const afterOne = network.readState()
    for (const [key, expected] of fixture.group('after.')) {
      expect(relativeError(afterOne.get(key)!, expected), key).toBeLessThan(LOGITS)
    }
    for (let step = 1; step < 10; step++) {
      losses.push(network.trainStep(batch, optimizer.learningRate).loss)
    }
    expect(relativeError(losses, fixture.floats('steps.losses'))).toBeLessThan(GRADIENTS)
    const afterTen = network.readState()
    for (const [key, expected] of fixture.group('final.')) {
      expect(relativeError(afterTen.get(key)!, expected), key).toBeLessThan(GRADIENTS)
    }
  })
})
