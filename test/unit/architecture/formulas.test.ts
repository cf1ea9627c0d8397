import { expect, it } from 'vitest'
import { checkArchitecture } from '../../../src/shared/architecture/check'
import { formulasOf } from '../../../src/shared/architecture/formulas'
import type { AttributeValue } from '../../../src/shared/architecture/schema'
import { join, layer, sequence } from '../../../src/shared/presets/drawing'
import { lenet5 } from '../../../src/shared/presets/lenet5'

const head = [layer('flatten', 'Flatten'), layer('fc', 'Linear', { out_features: 2 })]
const input = { channels: 3, height: 11, width: 8 }

/** The formulas of one layer behind a picture of 3 x 11 x 8. */
function of(kind: string, attributes: Record<string, AttributeValue> = {}) {
  const { checked } = checkArchitecture({
    ...lenet5(),
    input,
    classes: 2,
    graph: sequence([layer('layer', kind, attributes), ...head])
  })
  return formulasOf(checked!.layers.find(({ path }) => path === 'layer')!)
}

it('of a window have the numbers of each axis', () => {
  expect(of('Conv2d', { out_channels: 4, kernel_size: [3, 5], stride: 2, padding: [1, 0], dilation: [2, 1] })).toEqual({
    size: ['H = ⌊(11 + 2·1 − 2·(3 − 1) − 1) / 2⌋ + 1 = 5', 'W = ⌊(8 + 2·0 − 5) / 2⌋ + 1 = 2'],
    parameters: '4·3·3·5 + 4 = 184'
  })
  expect(of('MaxPool2d', { kernel_size: 2, ceil_mode: true })).toEqual({
    size: ['H = ⌈(11 + 2·0 − 2) / 2⌉ + 1 = 6', 'W = ⌈(8 + 2·0 − 2) / 2⌉ + 1 = 4'],
    parameters: null
  })
})

it('are one line where both axes have the same', () => {
  const { checked } = checkArchitecture(lenet5())
  const [first] = checked!.layers
  expect(formulasOf(first!).size).toEqual(['H = W = ⌊(32 + 2·0 − 5) / 1⌋ + 1 = 28'])
})

it('of a concatenation add the channels, which alone may differ', () => {
  const convolution = (id: string, out_channels: number) => layer(id, 'Conv2d', { out_channels, kernel_size: 1 })
  const { checked } = checkArchitecture({
    ...lenet5(),
    input,
    classes: 2,
    graph: sequence([convolution('a', 5), layer('concat', 'Concatenate'), ...head], {
      nodes: [convolution('b', 7)],
      edges: [join('input', 'b'), join('b', 'concat', 1), join('input', 'concat', 2)]
    })
  })
  const at = (path: string) => formulasOf(checked!.layers.find((one) => one.path === path)!)
  expect(at('concat')).toEqual({ size: ['C = 5 + 7 + 3 = 15'], parameters: null })
  expect(at('flatten')).toEqual({ size: ['15·11·8 = 1320'], parameters: null })
  expect(at('fc').parameters).toBe('2·1320 + 2 = 2,642')
})

it('count what is trained, not what is only kept', () => {
  expect(of('BatchNorm2d')).toEqual({ size: [], parameters: '3 + 3 = 6' })
  expect(of('BatchNorm2d', { affine: false }).parameters).toBeNull()
})
