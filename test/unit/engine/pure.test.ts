import { describe, expect, it } from 'vitest'
import { permutation, randomStream, normalValues, uniformValues } from '../../../src/main/engine/random'
import { decodeSafetensors, encodeSafetensors } from '../../../src/main/engine/safetensors'
import { fromStored, initialState, toStored } from '../../../src/main/engine/weights'
import { checkArchitecture } from '../../../src/shared/architecture/check'
import { seedResnet } from '../../../src/shared/presets/seedResnet'

describe('random numbers', () => {
  it('repeat for the same seed and purpose and differ for others', () => {
    const draw = (seed: number, purpose: string): number[] => [...permutation(randomStream(seed, purpose), 50)]
    expect(draw(1, 'order/0')).toEqual(draw(1, 'order/0'))
    expect(draw(1, 'order/0')).not.toEqual(draw(2, 'order/0'))
    expect(draw(1, 'order/0')).not.toEqual(draw(1, 'order/1'))
    expect(draw(1, 'order/0').sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index))
  })

  it('have the distributions they claim', () => {
    const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length
    const deviation = (values: Float32Array): number => Math.sqrt(mean(values.map((value) => value * value)))
    const uniform = uniformValues(randomStream(3, 'u'), 200_000, 2)
    expect(Math.max(...uniform.subarray(0, 50_000))).toBeLessThan(2)
    expect(mean(uniform)).toBeCloseTo(0, 1)
    expect(deviation(uniform)).toBeCloseTo(2 / Math.sqrt(3), 2)
    const normal = normalValues(randomStream(3, 'n'), 200_001, 0.5)
    expect(mean(normal)).toBeCloseTo(0, 2)
    expect(deviation(normal)).toBeCloseTo(0.5, 2)
  })
})

describe('initial weights', () => {
  const { checked } = checkArchitecture(seedResnet(8))

  it('follow Xavier for weights and PyTorch’s defaults for the rest', () => {
    const state = initialState(checked!, 'xavier_uniform', 0)
    const largest = (name: string): number => Math.max(...state.get(name)!.map(Math.abs))
    const bound = Math.sqrt(6 / (3 * 49 + 8 * 49))
    expect(largest('conv1.weight')).toBeLessThanOrEqual(bound)
    expect(largest('conv1.weight')).toBeGreaterThan(bound * 0.95)
    expect(largest('conv1.bias')).toBeLessThanOrEqual(1 / Math.sqrt(3 * 49))
    expect([...new Set(state.get('bn1.weight'))]).toEqual([1])
    expect([...new Set(state.get('bn1.running_mean'))]).toEqual([0])
  })

  // block5.1.conv1 has 64 inputs and outputs of 3 x 3: fans of 576.
  it.each([
    ['default', 1 / Math.sqrt(3 * 576)],
    ['xavier_uniform', Math.sqrt(2 / 1152)],
    ['xavier_normal', Math.sqrt(2 / 1152)],
    ['kaiming_uniform', Math.sqrt(2 / 576)],
    ['kaiming_normal', Math.sqrt(2 / 576)]
  ] as const)('%s has the deviation that torch.nn.init gives', (scheme, deviation) => {
    const values = initialState(checked!, scheme, 3).get('block5.1.conv1.weight')!
    const measured = Math.hypot(...values) / Math.sqrt(values.length)
    expect(measured / deviation).toBeGreaterThan(0.985)
    expect(measured / deviation).toBeLessThan(1.015)
    const largest = Math.max(...values.map(Math.abs)) / deviation
    // A uniform distribution ends at sqrt(3) deviations; of 36,864 normal values some are beyond 3.5.
    if (scheme.endsWith('normal')) expect(largest).toBeGreaterThan(3.5)
    else expect(largest).toBeLessThanOrEqual(Math.sqrt(3) * 1.000001)
  })

  it('repeat for the same seed and differ for another', () => {
    const once = initialState(checked!, 'kaiming_normal', 7)
    expect(initialState(checked!, 'kaiming_normal', 7)).toEqual(once)
    expect(initialState(checked!, 'kaiming_normal', 8)).not.toEqual(once)
  })

  it('change between PyTorch’s layout and the stored one without loss', () => {
    const values = Float32Array.from({ length: 2 * 3 * 2 * 2 }, (_, index) => index)
    const stored = toStored('w', [2, 3, 2, 2], values)
    // Height 1, width 0, input 2, output 1 of HWIO is output 1, input 2, height 1, width 0 of OIHW.
    expect(stored[((1 * 2 + 0) * 3 + 2) * 2 + 1]).toBe(values[((1 * 3 + 2) * 2 + 1) * 2 + 0])
    expect(fromStored([2, 3, 2, 2], stored)).toEqual(values)
    expect(() => toStored('w', [2, 3], values)).toThrow(/w has 24 values instead of 6/)
  })
})

describe('safetensors', () => {
  const tensors = new Map([
    ['a', { shape: [2, 2], values: Float32Array.of(1, -2, 3.5, 4) }],
    ['b', { shape: [3], values: Int32Array.of(7, 8, 9) }]
  ])

  it('round trip', () => {
    const bytes = encodeSafetensors(tensors, { format: 'pt' })
    const { tensors: read, metadata } = decodeSafetensors(bytes, 'x')
    expect(metadata).toEqual({ format: 'pt' })
    expect(read.get('a')).toEqual({ dtype: 'F32', ...tensors.get('a') })
    expect(read.get('b')).toEqual({ dtype: 'I32', ...tensors.get('b') })
  })

  it.each([0, 7, 40, 100])('refuses a file cut off after %s bytes, by name', (length) => {
    const bytes = encodeSafetensors(tensors).subarray(0, length)
    expect(() => decodeSafetensors(bytes, 'weights.safetensors')).toThrow(/weights\.safetensors is not a whole/)
  })

  it('refuses a header that is not JSON', () => {
    const bytes = encodeSafetensors(tensors)
    bytes[9] = 0xff
    expect(() => decodeSafetensors(bytes, 'x')).toThrow(/not JSON/)
  })
})
