import { checkArchitecture } from '../../src/shared/architecture/check'
import * as edit from '../../src/shared/architecture/edit'
import { copyNodes, paste } from '../../src/shared/architecture/edit'
import { fieldsOf } from '../../src/shared/architecture/fields'
import { findFix } from '../../src/shared/architecture/fixes'
import { layers } from '../../src/shared/architecture/layers'
import { graphOf, type DrawingName } from '../../src/shared/architecture/locate'
import type { Architecture, AttributeValue, BlockDefinition } from '../../src/shared/architecture/schema'
import { ResiduumError } from '../../src/shared/errors'
import { alexnet, resnet9 } from '../../src/shared/presets/convNets'
import { cifarResnet } from '../../src/shared/presets/cifarResnet'
import { block, join, layer, sequence } from '../../src/shared/presets/drawing'
import { lenet5 } from '../../src/shared/presets/lenet5'
import { seedResnet } from '../../src/shared/presets/seedResnet'

/** Whole numbers from 0 to below `most`; the same ones for the same seed. */
export type Draw = (most: number) => number

export function seededDraw(seed: number): Draw {
  let state = seed >>> 0
  return (most) => {
    // Mulberry32.
    state = (state + 0x6d2b79f5) >>> 0
    let word = Math.imul(state ^ (state >>> 15), 1 | state)
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word
    return ((word ^ (word >>> 14)) >>> 0) % most
  }
}

const small = (architecture: Architecture, side: number): Architecture => ({
  ...architecture,
  input: { channels: 3, height: side, width: side }
})
/** Something of every kind to begin with: plain, residual, nested blocks, wide kernels. */
export const beginnings: readonly (() => Architecture)[] = [
  () => lenet5(),
  () => small(seedResnet(4), 96),
  () => cifarResnet({ depth: 8, shortcuts: true, width: 4 }),
  () => cifarResnet({ depth: 8, shortcuts: false, width: 4 }),
  () => narrow(resnet9()),
  () => narrow(alexnet()),
  () => dense()
]

/** Repetitions of which each adds channels, and a gate from the means of its channels, flattened inside a block. */
function dense(): Architecture {
  const grow: BlockDefinition = {
    parameters: [{ name: 'growth', type: 'integer', default: 4 }],
    graph: sequence(
      [
        layer('bn', 'BatchNorm2d'),
        layer('relu', 'ReLU'),
        layer('conv', 'Conv2d', { out_channels: '=growth', kernel_size: 3, padding: 1, bias: false }),
        layer('concat', 'Concatenate')
      ],
      { nodes: [], edges: [join('input', 'concat', 1)] }
    )
  }
  const gate: BlockDefinition = {
    parameters: [
      { name: 'channels', type: 'integer', default: 16 },
      { name: 'ratio', type: 'integer', default: 4 }
    ],
    graph: sequence(
      [
        layer('squeeze', 'AdaptiveAvgPool2d', { output_size: 1 }),
        layer('reduce', 'Conv2d', { out_channels: '=channels / ratio', kernel_size: 1 }),
        layer('expand', 'Conv2d', { out_channels: '=channels', kernel_size: 1 }),
        layer('sigmoid', 'Sigmoid')
      ],
      { nodes: [], edges: [] }
    )
  }
  const head: BlockDefinition = {
    parameters: [{ name: 'classes', type: 'integer', default: 10 }],
    graph: sequence([layer('flatten', 'Flatten'), layer('fc', 'Linear', { out_features: '=classes' })])
  }
  return {
    ...lenet5(),
    name: 'dense',
    graph: sequence(
      [
        layer('conv', 'Conv2d', { out_channels: 4, kernel_size: 3, padding: 1 }),
        block('stage', 'grow', {}, { count: 3, first: {} }),
        layer('pool', 'AvgPool2d', { kernel_size: 4 }),
        layer('scaled', 'Multiply'),
        block('head', 'head', {})
      ],
      { nodes: [block('gate', 'gate', {})], edges: [join('pool', 'gate'), join('gate', 'scaled', 1)] }
    ),
    blocks: { grow, gate, head }
  }
}

/** All channels and features above 16 brought down to 16, so that thousands can be compiled. */
function narrow(architecture: Architecture): Architecture {
  const text = JSON.stringify(architecture).replace(
    /"(channels|out_channels|default|out_features)":(\d{2,})(?=[,}])/g,
    (_, name: string, size: string) =>
      `"${name}":${name === 'out_features' && size === '10' ? 10 : Math.min(16, Number(size))}`
  )
  return { ...(JSON.parse(text) as Architecture), input: architecture.input }
}

const KINDS = Object.keys(layers)
const NUMBERS = [0, 1, 2, 3, 4, 5, 6, 8, 12]

/** One edit as a user might make it: most change something, some are refused with a ResiduumError. */
export function randomEdit(architecture: Architecture, draw: Draw): Architecture {
  const one = <T>(list: readonly T[]): T => list[draw(list.length)]!
  const drawing: DrawingName = one([null, null, null, ...Object.keys(architecture.blocks)])
  const graph = graphOf(architecture, drawing)!
  const id = (): string => one(graph.nodes).id
  const some = (): string[] => graph.nodes.filter(() => draw(3) === 0).map((node) => node.id)
  const near = (): string[] => {
    const start = draw(graph.nodes.length)
    return graph.nodes.slice(start, start + 1 + draw(5)).map((node) => node.id)
  }
  const blockName = (): string => one([...Object.keys(architecture.blocks), 'none'])
  const added = (): edit.NewNode =>
    draw(5) === 0 ? { type: 'block', block: blockName() } : { type: 'layer', kind: one(KINDS) }
  const node = one(graph.nodes)

  const edits: (() => Architecture)[] = [
    () => edit.insertAfter(architecture, drawing, added(), [id()]).architecture,
    () => edit.insertAfter(architecture, drawing, added(), some()).architecture,
    () => edit.addNode(architecture, drawing, added(), { x: draw(500), y: draw(500) }).architecture,
    () =>
      graph.edges.length > 0
        ? edit.insertOnEdge(architecture, drawing, added(), one(graph.edges)).architecture
        : architecture,
    () => edit.connect(architecture, drawing, id(), id()),
    () => edit.disconnect(architecture, drawing, graph.edges.length > 0 ? [one(graph.edges)] : []),
    () => edit.removeNodes(architecture, drawing, [id()]),
    () => edit.removeNodes(architecture, drawing, some()),
    () => edit.moveNodes(architecture, drawing, new Map([[id(), { x: draw(900), y: draw(900) }]])),
    () => edit.clearPlaces(architecture, drawing),
    () => edit.moveInput(architecture, drawing, id(), draw(3), one([1, -1])),
    () => edit.changeNodes(architecture, drawing, near(), { bypassed: draw(2) === 0 }),
    () => edit.changeNodes(architecture, drawing, [id()], { frozen: draw(2) === 0 }),
    () => edit.renameNode(architecture, drawing, id(), one(['conv1', 'a', 'stem', 'x', '1a', 'b2', 'class'])),
    () => {
      if (node.type !== 'layer') return architecture
      const field = one([...fieldsOf(node.kind), undefined])
      if (!field) return architecture
      const value: AttributeValue | undefined = field.type === 'boolean' ? draw(2) === 0 : one([...NUMBERS, undefined])
      return edit.setAttribute(architecture, drawing, [node.id], 'attributes', field.name, value)
    },
    () => {
      if (node.type !== 'block') return architecture
      const parameter = one([...(architecture.blocks[node.block]?.parameters ?? []), undefined])
      if (!parameter) return architecture
      const value = parameter.type === 'boolean' ? draw(2) === 0 : one(NUMBERS)
      return edit.setAttribute(architecture, drawing, [node.id], one(['arguments', 'first']), parameter.name, value)
    },
    () =>
      edit.changeNodes(architecture, drawing, [id()], { repeat: one([undefined, { count: 1 + draw(3), first: {} }]) }),
    () => edit.makeBlock(architecture, drawing, near(), one(['part', 'stage', 'unit'])).architecture,
    () => edit.detach(architecture, drawing, id()).architecture,
    () => edit.renameBlock(architecture, blockName(), one(['basic', 'cell', 'unit'])),
    () => edit.removeBlock(architecture, blockName()),
    () =>
      edit.addParameter(architecture, blockName(), {
        name: one(['width', 'on']),
        type: 'integer',
        default: 1 + draw(4)
      }),
    () => {
      const name = blockName()
      const parameters = architecture.blocks[name]?.parameters ?? []
      if (parameters.length === 0) return architecture
      const parameter = one(parameters)
      const kind = draw(3)
      if (kind === 0) return edit.removeParameter(architecture, name, parameter.name)
      if (kind === 1) return edit.moveParameter(architecture, name, draw(parameters.length), draw(parameters.length))
      return edit.changeParameter(architecture, name, parameter.name, {
        ...parameter,
        name: one(['width', 'size', 'depth'])
      })
    },
    () => {
      // A parameter of the block takes the place of a number inside it.
      if (drawing === null || node.type !== 'layer') return architecture
      const parameter = one([...architecture.blocks[drawing]!.parameters, undefined])
      const field = fieldsOf(node.kind).find(({ type }) => type === 'integer' || type === 'pair')
      if (!parameter || !field || parameter.type === 'boolean') return architecture
      const value = one([`=${parameter.name}`, `=${parameter.name} * 2`, `=max(${parameter.name}, 2)`])
      return edit.setAttribute(architecture, drawing, [node.id], 'attributes', field.name, value)
    },
    () => {
      const fragment = copyNodes(architecture, drawing, near())
      return fragment
        ? paste(architecture, one([drawing, null]), fragment, { selected: near() }).architecture
        : architecture
    },
    () => fixed(architecture)
  ]
  return one(edits)()
}

/** The architecture after its first problem with a fix has been mended; the same where there is none. */
export function fixed(architecture: Architecture): Architecture {
  const result = checkArchitecture(architecture)
  for (const problem of result.problems) {
    const fix = findFix(architecture, result, problem)
    if (fix) return fix.apply(architecture)
  }
  return architecture
}

/** A random edit; refused ones leave the architecture as it was. */
export function tryEdit(architecture: Architecture, draw: Draw): Architecture {
  try {
    return randomEdit(architecture, draw)
  } catch (error) {
    if (error instanceof ResiduumError) return architecture
    throw error
  }
}

/** An architecture without problems, many edits away from a beginning: what breaks it is mended or not done. */
export function randomArchitecture(seed: number, edits = 30): Architecture {
  const draw = seededDraw(seed)
  let architecture = beginnings[seed % beginnings.length]!()
  for (let count = 0; count < edits; count++) {
    let next = tryEdit(architecture, draw)
    for (let times = 0; times < 6 && !checkArchitecture(next).checked; times++) next = fixed(next)
    if (checkArchitecture(next).checked && next.graph.nodes.length < 40) architecture = next
  }
  return architecture
}
