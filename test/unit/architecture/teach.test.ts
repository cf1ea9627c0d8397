import { describe, expect, it } from 'vitest'
import { checkArchitecture } from '../../../src/shared/architecture/check'
import type { Architecture, ArchitectureNode } from '../../../src/shared/architecture/schema'
import { teachingWarnings } from '../../../src/shared/architecture/teach'
import { join, layer, sequence } from '../../../src/shared/presets/drawing'
import { lenet5 } from '../../../src/shared/presets/lenet5'

type Beside = Parameters<typeof sequence>[1]
const network = (nodes: ArchitectureNode[], beside?: Beside): Architecture => ({
  ...lenet5(),
  classes: 4,
  graph: sequence(nodes, beside)
})
const warnings = (architecture: Architecture) =>
  teachingWarnings(checkArchitecture(architecture)).filter(({ code }) => code === 'plain-stack')

const convolutions = (count: number, from = 1) =>
  Array.from({ length: count }, (_, index) =>
    layer(`conv${index + from}`, 'Conv2d', { out_channels: 4, kernel_size: 1 })
  )
const head = [layer('flatten', 'Flatten'), layer('fc', 'Linear', { out_features: 4 })]

describe('layers with weights in a row', () => {
  it('are well up to 20, of whatever kind, and what has no weights does not count', () => {
    const relus = Array.from({ length: 5 }, (_, index) => layer(`relu${index}`, 'ReLU'))
    expect(warnings(network([...convolutions(19), ...relus, ...head]))).toEqual([])
  })

  it('beyond 20 are named where the 21st stands, with how many there are', () => {
    expect(warnings(network([...convolutions(20), ...head]))).toEqual([
      { path: 'fc', code: 'plain-stack', parameters: { depth: 21, limit: 20 } }
    ])
    expect(warnings(network([...convolutions(30), ...head]))).toEqual([
      { path: 'conv21', code: 'plain-stack', parameters: { depth: 31, limit: 20 } }
    ])
  })

  it.each(['Add', 'Concatenate'])('begin anew behind a shortcut that ends in %s', (kind) => {
    const shortcut = (after: number): Architecture =>
      network([...convolutions(after), layer('join', kind), ...convolutions(19, after + 1), ...head], {
        nodes: [],
        edges: [join(`conv${after - 1}`, 'join', 1)]
      })
    expect(warnings(shortcut(20))).toEqual([])
    expect(warnings(shortcut(21))).toMatchObject([{ path: 'conv21', parameters: { depth: 21 } }])
  })
})
