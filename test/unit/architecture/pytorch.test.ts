import { describe, expect, it } from 'vitest'
import { pytorchCode } from '../../../src/shared/architecture/pytorch/module'
import { presetNames, presets } from '../../../src/shared/presets'
import { lenet5 } from '../../../src/shared/presets/lenet5'
import { block, layer, sequence } from '../../../src/shared/presets/drawing'
import { beginnings } from '../../support/randomEdits'

// That the code runs and has the right names and shapes is checked by PyTorch: test/reference/pytorch_code.py.
describe('PyTorch code', () => {
  it('has the seed’s block as a class, its condition on the shortcut and its forward as one would write it', () => {
    const code = pytorchCode(presets['seed-resnet'].architecture)
    expect(code).toContain('def __init__(self, in_channels, channel_out=64, add_conv1_1=False, stride=1):')
    expect(code).toContain('y = self.relu2(self.bn2(self.conv2(y)))\n        return self.relu3(y + self.shortcut(x))')
    expect(code).toContain('if add_conv1_1')
    expect(code).toContain('self.block2 = nn.Sequential(Residual(64), Residual(64))')
  })

  it('writes repetitions as loops, also where each has other channels', () => {
    expect(pytorchCode(presets['resnet-56'].architecture)).toContain('*[Basic(32, channels=32) for _ in range(8)]')
    const dense = pytorchCode(beginnings.at(-1)!())
    expect(dense).toContain('for _ in range(2):\n            instances.append(Grow(current_channels))')
  })

  it.each(presetNames)('%s keeps to lines of 100 columns', (name) => {
    const longest = Math.max(
      ...pytorchCode(presets[name].architecture)
        .split('\n')
        .map(({ length }) => length)
    )
    expect(longest).toBeLessThanOrEqual(100)
  })

  const conv = (id: string, out_channels: number | string, when?: string) => ({
    ...layer(id, 'Conv2d', { out_channels, kernel_size: 1 }),
    ...(when !== undefined && { when })
  })
  const inBlock = (...nodes: Parameters<typeof sequence>[0]) => ({
    ...lenet5(),
    graph: sequence([block('b', 'part', {}), layer('f', 'Flatten'), layer('l', 'Linear', { out_features: 10 })]),
    blocks: {
      part: {
        parameters: [
          { name: 'a', type: 'integer' as const, default: 4 },
          { name: 'share', type: 'number' as const, default: 0.5 }
        ],
        graph: sequence(nodes)
      }
    }
  })

  it.each(['=0', '=1 - 1', '=max(0, 0)', '=!4', '=""', '=4 % 4'])('leaves out what %s leaves out', (when) => {
    const code = pytorchCode(inBlock(conv('keep', 3), conv('never', 3, when)))
    expect(code).toContain('self.keep')
    expect(code).not.toContain('never')
  })

  it.each([
    ['=a * 1.5', 'int(a * 1.5)'],
    ['=a * share', 'int(a * share)'],
    ['=a * (4 / 2)', 'int(a * (4 / 2))'],
    ['=a * 2', 'a * 2'],
    ['=floor(a * share)', 'math.floor(a * share)']
  ])('gives %s as an integer', (channels, written) => {
    expect(pytorchCode(inBlock(conv('c', channels)))).toContain(`nn.Conv2d(in_channels, ${written}, kernel_size=1)`)
  })

  // In Python `a > 2 == b` means `a > 2 and 2 == b`.
  it.each([
    ['=a > 2 == share > 1', '(a > 2) == (share > 1)'],
    ['=a > 2 == true', '(a > 2) == True'],
    ['=a == 4 != (share < 1)', '(a == 4) != (share < 1)'],
    ['=a > 2 == (share > 1) == false', '((a > 2) == (share > 1)) == False'],
    ['=a > 2 && share > 1', 'a > 2 and share > 1']
  ])('keeps the comparisons of %s apart', (when, written) => {
    const code = pytorchCode(inBlock(conv('keep', 3), conv('c', 3, when)))
    expect(code.replace(/\s+/g, ' ')).toContain(` if ${written} else nn.Identity()`)
  })

  it('gives only what differs from PyTorch’s defaults, be the default written in the drawing or not', () => {
    const written = [
      layer('conv', 'Conv2d', {
        out_channels: 4,
        kernel_size: 3,
        stride: 1,
        padding: 0,
        dilation: 1,
        groups: 1,
        bias: true
      }),
      layer('norm', 'BatchNorm2d', { eps: 1e-5, momentum: 0.1, affine: true }),
      layer('pool', 'MaxPool2d', { kernel_size: 2, padding: 0, ceil_mode: false }),
      layer('drop', 'Dropout', { p: 0.5 }),
      layer('wide', 'Conv2d', { out_channels: 6, kernel_size: 3, padding: 1, groups: 2, bias: false }),
      layer('f', 'Flatten'),
      layer('l', 'Linear', { out_features: 10, bias: true })
    ]
    const modules = (nodes: typeof written): string[] =>
      [...pytorchCode({ ...lenet5(), graph: sequence(nodes) }).matchAll(/self\.\w+ = (.*)/g)].map(([, made]) => made!)
    const made = modules(written)
    expect(made).toEqual([
      'nn.Conv2d(3, 4, kernel_size=3)',
      'nn.BatchNorm2d(4)',
      'nn.MaxPool2d(kernel_size=2)',
      'nn.Dropout()',
      'nn.Conv2d(4, 6, kernel_size=3, padding=1, groups=2, bias=False)',
      'nn.Flatten()',
      'nn.Linear(1350, 10)'
    ])
    const bare = written.map((node) => {
      if (!['norm', 'drop'].includes(node.id)) return node
      return { ...node, attributes: {} }
    })
    expect(modules(bare)).toEqual(made)
  })

  it('keeps a choice within a condition together', () => {
    const code = pytorchCode(inBlock(conv('c', 1, '=a > 9 ? share > 1 : a > 2')))
    expect(code.replace(/\s+/g, ' ')).toContain('if (share > 1 if a > 9 else a > 2) else nn.Identity()')
  })

  it('says that no submodule may have the name of a value of nn.Module', () => {
    expect(() => pytorchCode(inBlock(conv('training', 3)))).toThrow(/training/)
  })

  it('reaches names that nn.Module has taken by a detour', () => {
    const drawing = {
      ...lenet5(),
      graph: sequence([layer('train', 'Flatten'), layer('0', 'Linear', { out_features: 10 })])
    }
    const code = pytorchCode(drawing)
    expect(code).toContain('self._modules["train"] = nn.Flatten()')
    expect(code).toContain('return self._modules["0"](self._modules["train"](x))')
  })

  it('has a name of its own for every name of the drawing', () => {
    const inner = [
      layer('scale_s', 'Conv2d', { out_channels: '=min', kernel_size: 1 }),
      layer('s', 'Scale', { factor: '=given_min' }),
      layer('c', 'Conv2d', { out_channels: 2, kernel_size: '=max(min, int)' })
    ]
    const parameters = ['min', 'given_min', 'int', 'Part2'].map((name) => ({
      name,
      type: 'integer' as const,
      default: 1
    }))
    const drawing = {
      ...lenet5(),
      graph: sequence([block('b', 'part', {}), layer('f', 'Flatten'), layer('fc', 'Linear', { out_features: 10 })]),
      blocks: { part: { parameters, graph: sequence(inner) } }
    }
    const code = pytorchCode(drawing)
    expect(code).toContain('in_channels, given_min=1, given_given_min=1, given_int=1, Part2=1')
    expect(code).toContain('self.scale_s2 = given_given_min')
    expect(code).toContain('max(given_min, given_int)')
  })

  it('is refused where the drawing has problems, which it names', () => {
    const broken = { ...lenet5(), classes: 7 }
    expect(() => pytorchCode(broken)).toThrow(/the last layer gives 10/)
  })
})
